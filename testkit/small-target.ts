// SPDX-License-Identifier: Apache-2.0
// A small package with an internal file that no entry point exports, and what the doors say about it in a child process.
import { join } from 'node:path';
import { root } from './child.js';

const manifest = (type: 'module' | 'commonjs') =>
  JSON.stringify({
    name: 'target',
    version: '1.0.0',
    type,
    exports: { '.': './dist/index.js', './stores': './dist/stores/index.js', './package.json': './package.json' },
  });

/** Keyed by path below the package's folder. */
export const esmTarget = {
  'package.json': manifest('module'),
  'dist/index.js': "export * from './stores/index.js';\nexport class Aggregate {}\n",
  'dist/stores/index.js':
    "import { Hidden } from '../internal/hidden.js';\nexport class Store { hidden = new Hidden(); }\n",
  'dist/internal/hidden.js': 'export class Hidden {}\n//# sourceMappingURL=hidden.js.map',
};

export const commonjsTarget = {
  'package.json': manifest('commonjs'),
  'dist/index.js': "exports.Store = require('./stores/index.js').Store;\nexports.Aggregate = class Aggregate {};\n",
  'dist/stores/index.js':
    "const { Hidden } = require('../internal/hidden.js');\nexports.Store = class Store { hidden = new Hidden(); };\n",
  'dist/internal/hidden.js': 'exports.Hidden = class Hidden {};\n',
};

export function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

/**
 * A file that opens the doors and prints, when the process ends, a line for each module that comes through, and one with all
 * classes that could be read from them.
 */
export const openDoors = `
import { watchPackages } from ${JSON.stringify(join(root, 'dist/src/doors/index.js'))};
const seen = [];
const classes = new Set();
globalThis.closeDoors = watchPackages([{ name: 'target' }], ({ exports, package: name, version, url }) => {
  seen.push(name + ' ' + version + ' ' + url.split('/dist/').at(-1));
  for (const key of Object.keys(exports)) if (typeof exports[key] === 'function') classes.add(exports[key].name);
});
process.on('exit', () => console.log([...seen.sort(), [...classes].sort().join()].join('\\n')));
`;

export const viaIndex = [
  'target 1.0.0 index.js',
  'target 1.0.0 internal/hidden.js',
  'target 1.0.0 stores/index.js',
  'Aggregate,Hidden,Store',
];
export const viaStores = ['target 1.0.0 internal/hidden.js', 'target 1.0.0 stores/index.js', 'Hidden,Store'];
