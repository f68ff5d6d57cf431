// SPDX-License-Identifier: Apache-2.0
// What applications on node-eventstore show, written down by hand-checked recordings: the same trees whatever the module format.
// RECORD=1 writes them anew; look at each difference.
import { onEachNode } from '../../../testkit/child.js';
import { assertForest, formats, nodeEventstore } from '../../../testkit/library-apps.js';

describe('an application on node-eventstore', () => {
  for (const app of ['users', 'published', 'archive']) {
    for (const format of formats) {
      onEachNode(
        `gives the spans, measurements and records that were recorded, and does what it does bare: ${app}, ${format}`,
        (node) => assertForest(nodeEventstore, { app, format, node }),
      );
    }
  }
});
