// SPDX-License-Identifier: Apache-2.0
// What applications on Nest CQRS show, written down by hand-checked recordings: the same trees whatever the version and the module
// format. RECORD=1 writes them anew; look at each difference.
import { join } from 'node:path';
import { onEachNode, root } from '../../../testkit/child.js';
import { assertAsRecorded } from '../../../testkit/library-apps.js';
import { formats, type NestResult, type NestVersion, nestVersions, runNest } from '../../../testkit/nest.js';

const apps: Readonly<Record<string, readonly NestVersion[]>> = {
  orders: nestVersions,
  publishers: nestVersions,
  scoped: [11, 12],
  mixins: [12],
};

const expectedFolder = join(root, 'test/libraries/nestjs-cqrs/expected');

/** What it does bare is the same in every format. */
const bareRuns = new Map<string, Promise<NestResult>>();

function bareRun(app: string, version: NestVersion): Promise<NestResult> {
  const key = `${app} ${version}`;
  const run = bareRuns.get(key) ?? runNest({ app, version, format: 'cjs', bare: true });
  bareRuns.set(key, run);
  return run;
}

describe('an application on Nest CQRS', () => {
  for (const [app, versions] of Object.entries(apps)) {
    for (const version of versions) {
      for (const format of formats) {
        onEachNode(
          `gives the spans, measurements and records that were recorded, and does what it does bare: ${app}, ${version}, ${format}`,
          async (node) => {
            const bare = await bareRun(app, version);
            const woven = await runNest({ app, version, format, node });
            assertAsRecorded(expectedFolder, app, bare, woven);
          },
        );
      }
    }
  }
});
