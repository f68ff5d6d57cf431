// SPDX-License-Identifier: Apache-2.0
// Whether this Node.js is one of those in `engines` of package.json: others lack hooks that we load modules with, and what becomes of
// an application there is not tried. CommonJS, as one of them may be what cannot require ES modules.

/** As in package.json. */
const SUPPORTED = '^20.19.0 || >=22.12.0';

/** @returns what is to be said of a version that is not; `undefined` of one that is */
function unsupportedNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return undefined;
  return `nothing is instrumented, Node.js ${version} is not supported: use ${SUPPORTED}`;
}

export = { SUPPORTED, unsupportedNode };
