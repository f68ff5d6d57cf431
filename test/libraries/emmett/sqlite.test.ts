// SPDX-License-Identifier: Apache-2.0
// What applications on Emmett and SQLite show, as in forests.test.ts.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onEachNode, root } from '../../../testkit/child.js';
import { leaveOut } from '../../../testkit/leave-out.js';
import { assertForest, emmettOnSQLite, formats, runApp } from '../../../testkit/library-apps.js';

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

  for (const format of formats) {
    onEachNode(`gives the spans that were recorded, and does what it does bare: baskets, ${format}`, (node) =>
      assertForest(emmettOnSQLite, { app: 'baskets', format, node, env }),
    );

    onEachNode(`gives the spans that were recorded, and does what it does bare: pickers, ${format}`, (node) =>
      assertForest(emmettOnSQLite, { app: 'pickers', format, node }),
    );

    onEachNode(`sees exports and objects as without us: ${format}`, async (node) => {
      const run = { app: 'identity', format, node } as const;
      const [bare, woven] = [await runApp(emmettOnSQLite, { ...run, bare: true }), await runApp(emmettOnSQLite, run)];
      assert.ok((bare.seen as { readonly sqlite: readonly unknown[] }).sqlite.length > 185);
      assert.deepEqual(woven.seen, bare.seen);
    });
  }
});
