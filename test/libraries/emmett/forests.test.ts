// SPDX-License-Identifier: Apache-2.0
// What applications on Emmett show, written down by hand-checked recordings: the same trees whatever the module format.
// RECORD=1 writes them anew; look at each difference.
import { inEachFormat } from '../../../testkit/formats.js';
import { assertForest, emmett } from '../../../testkit/library-apps.js';

describe('an application on Emmett', () => {
  for (const [place, app] of ['carts', 'reactors', 'expectations'].entries()) {
    inEachFormat(
      place,
      `gives the spans, measurements and records that were recorded, and does what it does bare: ${app}`,
      (way) => assertForest(emmett, { app, ...way }),
    );
  }
});
