// SPDX-License-Identifier: Apache-2.0
// The page of bundles and test runners, as it is written, with the real tools.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildTool } from '../../testkit/build-tools.js';
import { applicationWith, nodeBinary, root, usePackages } from '../../testkit/child.js';
import { installOurs } from '../../testkit/installed.js';
import { assertMarked, follow, pageOf } from './follow.js';

const page = pageOf('bundles.md');

describe('the page of bundles and test runners', function () {
  this.timeout(180_000);

  it('says of each block of code what it is', () => assertMarked(page));

  it('does what it says when it is followed', async function () {
    const { folder, remove } = applicationWith({});
    installOurs(folder, '@event-driven-io', '@opentelemetry/api', '@opentelemetry/sdk-trace-node');
    const tools = ['@jest/globals', '@rollup', 'vitest'].map((name) => [name, buildTool(this, name)] as const);
    mkdirSync(join(folder, 'node_modules/@jest'));
    for (const [name, path] of tools) symlinkSync(path, join(folder, 'node_modules', name));
    usePackages(folder, 'esbuild');
    const path = [
      dirname(nodeBinary(this, 24)),
      join(root, '.cache/build-tools/node_modules/.bin'),
      join(root, 'node_modules/.bin'),
    ];
    assert.equal(await follow(page, { folder, path, timeoutMillis: 120_000 }), 7);
    remove();
  });
});
