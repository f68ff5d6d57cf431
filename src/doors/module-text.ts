// SPDX-License-Identifier: Apache-2.0
// What the text of an ES module says of its imports and exports. The lexer is loaded with the first module that is asked about;
// its build for `require` is synchronous and needs no other thread or flag. Without WebAssembly (`node --jitless`) it is the one in
// plain JavaScript.
import type { parse } from 'es-module-lexer';
import { ownRequire } from '../own-require.js';

let parser: typeof parse | undefined;

function parsed(source: string): ReturnType<typeof parse> {
  parser ??= lexer().parse;
  return parser(source);
}

function lexer(): { readonly parse: typeof parse } {
  return ownRequire()('WebAssembly' in globalThis ? 'es-module-lexer' : 'es-module-lexer/js');
}

/** Exported name and local name of what the module itself defines; what it passes on is another file's. */
export function ownBindings(source: string): (readonly [exported: string, local: string])[] {
  const [, exports] = parsed(source);
  return exports.flatMap((each) =>
    // An anonymous default has no name that anything could be read or replaced by.
    each.type === 'direct' && each.localName !== undefined && !each.typeOnly
      ? [[each.name, each.localName] as const]
      : [],
  );
}

/** The relative specifiers of its static imports and re-exports, each once. */
export function relativeImports(source: string): string[] {
  const [imports] = parsed(source);
  const relative = imports.flatMap(({ type, specifier }) =>
    type !== 'dynamic' && type !== 'import-meta' && /^\.{1,2}\//.test(specifier) ? [specifier] : [],
  );
  return [...new Set(relative)];
}

/** Whether it imports anything when it is loaded. */
export function hasImports(source: string): boolean {
  const [imports] = parsed(source);
  return imports.some(({ type }) => type === 'static' || type === 'reexport-star');
}
