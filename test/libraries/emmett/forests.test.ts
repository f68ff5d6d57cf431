// SPDX-License-Identifier: Apache-2.0
// What applications on Emmett show, written down by hand-checked recordings: the same trees whatever the module format.
// RECORD=1 writes them anew; look at each difference.
import { onEachNode } from '../../../testkit/child.js';
import { assertForest, emmett, formats } from '../../../testkit/library-apps.js';

describe('an application on Emmett', () => {
  for (const format of formats) {
    for (const app of ['carts', 'reactors', 'expectations']) {
      onEachNode(
        `gives the spans, measurements and records that were recorded, and does what it does bare: ${app}, ${format}`,
        (node) => assertForest(emmett, { app, format, node }),
      );
    }
  }
});
