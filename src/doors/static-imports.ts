// SPDX-License-Identifier: Apache-2.0
const STATEMENT = /(?:^|;)\s*(?:import|export)\b(?:[^'"`;()]*?\bfrom)?\s*(['"])(\.{1,2}\/[^'"]+)\1/gm;

/** The relative specifiers of the `import … from` and `export … from` statements in the source of an ES module. */
export function staticImports(source: string): string[] {
  return Array.from(source.matchAll(STATEMENT), ([, , specifier = '']) => specifier);
}
