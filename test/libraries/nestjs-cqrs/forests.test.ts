// SPDX-License-Identifier: Apache-2.0
// What applications on Nest CQRS show, written down by hand-checked recordings: the same trees whatever the version and the module
// format. RECORD=1 writes them anew; look at each difference.
import { inEachFormat } from '../../../testkit/formats.js';
import { assertForest, type NestVersion, nestCqrs, nestVersions } from '../../../testkit/library-apps.js';

const apps: Readonly<Record<string, readonly NestVersion[]>> = {
  orders: nestVersions,
  publishers: nestVersions,
  several: nestVersions,
  scoped: [11, 12],
  mixins: [12],
  bookings: [12],
};

describe('an application on Nest CQRS', () => {
  for (const [place, [app, versions]] of Object.entries(apps).entries()) {
    for (const version of versions) {
      inEachFormat(
        place + version,
        `gives the spans, measurements and records that were recorded, and does what it does bare: ${app}, ${version}`,
        (way) => assertForest(nestCqrs(version), { app, ...way }),
      );
    }
  }
});
