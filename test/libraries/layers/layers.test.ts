// SPDX-License-Identifier: Apache-2.0
// Two libraries in one application, one above the other: each has its spans, and a command counts once. RECORD=1 writes anew what is
// compared; look at each difference.
import { onEachNode } from '../../../testkit/child.js';
import { assertForest, formats, nestAboveEmmett } from '../../../testkit/library-apps.js';

describe('an application on Nest CQRS above Emmett', () => {
  for (const format of formats) {
    onEachNode(
      `gives the spans, measurements and records that were recorded, and does what it does bare: ${format}`,
      (node) => assertForest(nestAboveEmmett, { app: 'shop', format, node }),
    );
  }
});
