// SPDX-License-Identifier: Apache-2.0
// What applications on Castore show, written down by hand-checked recordings: the same trees whatever the module format.
// RECORD=1 writes them anew; look at each difference.
import { onEachNode } from '../../../testkit/child.js';
import { assertForest, castore, formats } from '../../../testkit/library-apps.js';

describe('an application on Castore', () => {
  for (const app of ['carts', 'transfers']) {
    for (const format of formats) {
      onEachNode(
        `gives the spans, measurements and records that were recorded, and does what it does bare: ${app}, ${format}`,
        (node) => assertForest(castore, { app, format, node }),
      );
    }
  }
});
