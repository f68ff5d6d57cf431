// SPDX-License-Identifier: Apache-2.0
// What applications on the clients of KurrentDB and EventStoreDB show, written down by hand-checked recordings: the same trees
// whatever the package and the module format, and what they do bare. They talk to a stand-in for the server.
import { onEachNode } from '../../../testkit/child.js';
import {
  type AppLibrary,
  assertForest,
  eventStoreDB,
  type Format,
  formats,
  kurrent,
  serveKurrent,
} from '../../../testkit/library-apps.js';

/** Loading a client takes a second: not each application is run in each format. */
const apps: readonly { app: string; libraries: readonly AppLibrary[]; of?: readonly Format[] }[] = [
  { app: 'orders', libraries: [kurrent, eventStoreDB] },
  { app: 'subscribers', libraries: [kurrent, eventStoreDB] },
  { app: 'stocks', libraries: [kurrent, eventStoreDB], of: ['mjs'] },
  { app: 'several', libraries: [kurrent] },
];

describe('an application on KurrentDB', () => {
  for (const { app, libraries, of = formats } of apps) {
    for (const library of libraries) {
      for (const format of of) {
        const what = `${app}, ${library.packages.client}, ${format}`;
        onEachNode(`gives the spans that were recorded, and does what it does bare: ${what}`, (node) =>
          assertForest(library, { app, format, node, serve: serveKurrent }),
        );
      }
    }
  }
});
