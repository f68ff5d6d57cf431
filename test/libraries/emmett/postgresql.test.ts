// SPDX-License-Identifier: Apache-2.0
// What applications on Emmett and PostgreSQL show, as in forests.test.ts.
import { onEachNode } from '../../../testkit/child.js';
import { assertForest, emmettOnPostgreSQL, formats } from '../../../testkit/library-apps.js';
import { addressOf, describeOnServer } from '../../../testkit/servers.js';

describeOnServer('postgresql', 'an application on Emmett and PostgreSQL', () => {
  for (const format of formats) {
    onEachNode(
      `gives the spans, measurements and records that were recorded, and does what it does bare: orders, ${format}`,
      (node) =>
        assertForest(emmettOnPostgreSQL, {
          app: 'orders',
          format,
          node,
          env: { POSTGRES_URL: addressOf('postgresql') },
        }),
    );
  }
});
