// SPDX-License-Identifier: Apache-2.0
// What applications on Emmett and SQLite show, as in forests.test.ts.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onEachNode, root } from '../../../testkit/child.js';
import { inEachFormat } from '../../../testkit/formats.js';
import { leaveOut } from '../../../testkit/leave-out.js';
import { assertForest, emmettOnSQLite, runApp } from '../../../testkit/library-apps.js';

/** The driver works in several threads, each on a connection of its own, and now and then one finds the file locked, with or without us. */
const env = { UV_THREADPOOL_SIZE: '1' };

describe('an application on Emmett and SQLite', () => {
  before(function () {
    const driver = join(root, 'node_modules/sqlite3/build/Release/node_sqlite3.node');
    if (!existsSync(driver)) leaveOut(this, 'sqlite3 could not be built or downloaded: npm ci, with a C++ compiler');
  });

  onEachNode('gives the spans that were recorded, and does what it does bare: expectationsOnSQLite', (node) =>
    assertForest(emmettOnSQLite, { app: 'expectationsOnSQLite', format: 'mjs', node, env }),
  );

  inEachFormat(0, 'gives the spans that were recorded, and does what it does bare: baskets', (way) =>
    assertForest(emmettOnSQLite, { app: 'baskets', ...way, env }),
  );

  inEachFormat(1, 'gives the spans that were recorded, and does what it does bare: pickers', (way) =>
    assertForest(emmettOnSQLite, { app: 'pickers', ...way }),
  );

  inEachFormat(0, 'sees exports and objects as without us', async (way) => {
    const run = { app: 'identity', ...way } as const;
    const [bare, woven] = [await runApp(emmettOnSQLite, { ...run, bare: true }), await runApp(emmettOnSQLite, run)];
    assert.ok((bare.seen as { readonly sqlite: readonly unknown[] }).sqlite.length > 185);
    assert.deepEqual(woven.seen, bare.seen);
  });
});
