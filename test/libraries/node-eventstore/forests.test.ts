// SPDX-License-Identifier: Apache-2.0
// What applications on node-eventstore show, written down by hand-checked recordings: the same trees whatever the module format.
// RECORD=1 writes them anew; look at each difference.
import { inEachFormat } from '../../../testkit/formats.js';
import { assertForest, nodeEventstore } from '../../../testkit/library-apps.js';

describe('an application on node-eventstore', () => {
  for (const [place, app] of ['users', 'published', 'archive'].entries()) {
    inEachFormat(
      place,
      `gives the spans, measurements and records that were recorded, and does what it does bare: ${app}`,
      (way) => assertForest(nodeEventstore, { app, ...way }),
    );
  }
});
