// SPDX-License-Identifier: Apache-2.0
// Modules that are woven by hand and cannot be looked at as a whole: whoever weaves gets something to use in any case.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { diag } from '@opentelemetry/api';
import type { Library } from '../../src/libraries/library.js';
import { weave, woven } from '../../src/weave.js';
import { applicationWith, root, runNode, usePackages } from '../../testkit/child.js';

function openStore(): string {
  return 'open';
}

const table = (key: string, ...targets: string[]): Library => ({
  key,
  packages: [{ name: key }],
  families: { all: 'auto' },
  aspects: targets.map((target) => ({ target, family: 'all', call: { span: target } })),
});

describe('a module that is woven by hand', () => {
  const told: string[] = [];
  beforeEach(() => {
    told.length = 0;
    const tell = (...words: unknown[]) => void told.push(words.join(' '));
    diag.setLogger({ error: tell, warn: tell, info() {}, debug() {}, verbose() {} });
  });
  afterEach(() => diag.disable());

  it('may be evaluated still, in a cycle: what it will export is there when it is', async () => {
    const ours = JSON.stringify(pathToFileURL(join(root, 'dist/src/index.js')));
    const { folder, remove } = applicationWith({
      'store.mjs': `
        import { look } from './app.mjs';
        export function openStore() { return 'open'; }
        export class Store { read() {} }
        look();
        export class Ledger extends Store {}
        export const later = 'later';
      `,
      'app.mjs': `
        import * as store from './store.mjs';
        import { woven } from ${ours};
        let used;
        export const look = () => {
          used = woven(store, {
            key: 'cycle', packages: [{ name: 'cycle' }], families: { all: 'auto' },
            aspects: [
              { target: 'openStore', family: 'all', call: { span: 'open' } },
              { target: 'Store', family: 'all', fields: { read: { span: 'read' } }, methods: { read: { span: 'read' } } },
            ],
          });
        };
        queueMicrotask(() => {
          const { openStore, later } = used;
          console.log(JSON.stringify([Object.keys(used), openStore === store.openStore, openStore(), later]));
        });
      `,
    });
    usePackages(folder, '@opentelemetry');
    const { stdout } = await runNode({ args: ['--no-warnings', 'store.mjs'], cwd: folder });
    remove();
    assert.deepEqual(JSON.parse(stdout), [['Ledger', 'Store', 'later', 'openStore'], false, 'open', 'later']);
  });

  it('is given as it is where it answers no questions, and one line says so', () => {
    const refuse = () => {
      throw new TypeError('no');
    };
    for (const trap of ['ownKeys', 'getPrototypeOf', 'get', 'getOwnPropertyDescriptor'] as const) {
      const exports = new Proxy({ openStore }, { [trap]: refuse });
      const used = woven(exports, table(`odd-${trap}`, 'openStore'));
      assert.equal(used === exports || used.openStore() === 'open', true);
      assert.doesNotThrow(() => weave(exports));
    }
    assert.deepEqual(told.length, 1, told.join('\n'));
    assert.match(told.join(), /woven: exports that cannot be looked at are given as they are TypeError: no/);
  });

  it('may export itself', () => {
    const exports: Record<string, unknown> = { openStore };
    exports.default = exports;
    const used = woven(exports, table('itself', 'openStore'));
    assert.notEqual(used.openStore, openStore);
    assert.equal(used.default, used);
  });

  it('is woven by no other table of the same key, and one line says so', () => {
    woven({ openStore }, table('twice', 'openStore'));
    const closeStore = () => 'closed';
    assert.equal(woven({ closeStore }, table('twice', 'closeStore')).closeStore, closeStore);
    assert.match(told.join('\n'), /twice: another library has this key\. Its tables are left out\./);
  });
});
