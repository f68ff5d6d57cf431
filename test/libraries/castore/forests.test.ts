// SPDX-License-Identifier: Apache-2.0
// What applications on Castore show, written down by hand-checked recordings: the same trees whatever the module format.
// RECORD=1 writes them anew; look at each difference.
import { inEachFormat } from '../../../testkit/formats.js';
import { assertForest, castore } from '../../../testkit/library-apps.js';

describe('an application on Castore', () => {
  for (const [place, app] of ['carts', 'transfers'].entries()) {
    inEachFormat(
      place,
      `gives the spans, measurements and records that were recorded, and does what it does bare: ${app}`,
      (way) => assertForest(castore, { app, ...way }),
    );
  }
});
