// SPDX-License-Identifier: Apache-2.0
// The guide to a table of one's own, as it is written.
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { applicationWith, onEachNode } from '../../testkit/child.js';
import { installOurs } from '../../testkit/installed.js';
import { assertMarked, follow, pageOf } from './follow.js';

const page = pageOf('own-library.md');

describe('the guide to a table of one’s own', function () {
  this.timeout(120_000);

  it('says of each block of code what it is', () => assertMarked(page));

  onEachNode('does what it says when it is followed', async (node) => {
    const { folder, remove } = applicationWith({});
    installOurs(folder, '@opentelemetry/api', '@opentelemetry/sdk-trace-node');
    assert.equal(await follow(page, { folder, path: [dirname(node)] }), 3);
    remove();
  });
});
