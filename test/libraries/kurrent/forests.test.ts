// SPDX-License-Identifier: Apache-2.0
// What applications on the clients of KurrentDB and EventStoreDB show, written down by hand-checked recordings: the same trees
// whatever the package and the module format, and what they do bare. They talk to a stand-in for the server.
import { inEachFormat } from '../../../testkit/formats.js';
import { type AppLibrary, assertForest, eventStoreDB, kurrent, serveKurrent } from '../../../testkit/library-apps.js';

const apps: readonly { app: string; libraries: readonly AppLibrary[] }[] = [
  { app: 'orders', libraries: [kurrent, eventStoreDB] },
  { app: 'subscribers', libraries: [kurrent, eventStoreDB] },
  { app: 'stocks', libraries: [kurrent, eventStoreDB] },
  { app: 'several', libraries: [kurrent] },
];

describe('an application on KurrentDB', () => {
  for (const [place, { app, libraries }] of apps.entries()) {
    for (const [of, library] of libraries.entries()) {
      const what = `${app}, ${library.packages.client}`;
      inEachFormat(place + of, `gives the spans that were recorded, and does what it does bare: ${what}`, (way) =>
        assertForest(library, { app, ...way, serve: serveKurrent }),
      );
    }
  }
});
