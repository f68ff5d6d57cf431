// SPDX-License-Identifier: Apache-2.0
// A part of what `npm run test:matrix` runs, on this build instead of a tarball; and what stands of it on the page.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { addFiles, applicationWith, nodeBinary, root, runNode } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';
import { applicationFiles } from '../../testkit/matrix/applications.js';
import { openRuns, type Runs } from '../../testkit/matrix/cells.js';
import { coverPairs, productOf } from '../../testkit/matrix/covering.js';
import { type Cell, factors, limitOf, reference, title } from '../../testkit/matrix/design.js';

const LIMIT_MILLIS = 40_000;
const SOME: readonly Cell['preload'][] = ['--import package', '--require package', '--require instrumentation.cjs'];

/**
 * The floors, one that starts a thread for hooks and cannot require ES modules there, and the newest. All combinations where that is
 * hardest; elsewhere all pairs, since `npm run test:matrix -- --preloads` has the rest.
 */
const versions = {
  '20.19.0': SOME,
  '22.12.0': SOME,
  '22.18.0': factors.preload,
  24: SOME,
} as const satisfies Partial<Record<Cell['node'], readonly Cell['preload'][]>>;

describe('a preload leaves output and exit as they are, and every span arrives', () => {
  let folder: string;
  let remove: () => void;
  let runs: Runs;
  before(async function () {
    this.timeout(2 * LIMIT_MILLIS);
    ({ folder, remove } = applicationWith({ 'package.json': '{ "name": "application" }' }));
    installOurs(folder, '@opentelemetry/api', '@opentelemetry/sdk-node');
    addFiles(folder, applicationFiles('eventsource'));
    runs = openRuns();
    const fault = await runs.faultOf(reference, { folder, node: nodeBinary(this, 24), limitMillis: LIMIT_MILLIS });
    assert.equal(fault, undefined);
  });
  after(() => remove());

  for (const [version, preloads] of Object.entries(versions)) {
    const some = {
      ...factors,
      node: [version as Cell['node']],
      application: ['ES module', 'CommonJS', 'worker thread'],
      preload: preloads,
      openTelemetry: ['2.x'],
      packageManager: ['npm'],
    } as const;
    const chosen =
      preloads === SOME ? coverPairs(some, (cell) => limitOf(cell) === undefined).combinations : productOf(some);
    for (const cell of chosen.filter((each) => limitOf(each) === undefined)) {
      it(title(cell), async function () {
        this.timeout(3 * LIMIT_MILLIS);
        const place = { folder, node: nodeBinary(this, version), limitMillis: LIMIT_MILLIS };
        assert.equal(await runs.faultOf(cell, place), undefined);
      });
    }
  }
});

describe('docs/compatibility.md', () => {
  it('and the README show what npm run test:matrix would run now', async function () {
    this.timeout(LIMIT_MILLIS);
    const { stderr, code } = await runNode({ args: [join(root, 'scripts/matrix.mjs'), '--check'] });
    assert.deepEqual([stderr, code], ['', 0]);
  });
});

describe('an ES module that --require names', () => {
  const preload = `
    import { EventSourceInstrumentation } from '${packageName}';
    new EventSourceInstrumentation();
  `;
  let folder: string;
  let remove: () => void;
  before(() => {
    ({ folder, remove } = applicationWith({
      'package.json': '{ "name": "application" }',
      'preload.mjs': preload,
      'through.cjs': "require('./preload.mjs');",
      'application.mjs': "import 'eventsource/stores'; console.log('done'); process.exitCode = 3;",
      'application.cjs': "require('eventsource/stores'); console.log('done'); process.exitCode = 3;",
    }));
    installOurs(folder, '@opentelemetry/api');
  });
  after(() => remove());

  for (const [version, said] of [
    ['20.19.0', /^$/],
    [
      '22.18.0',
      /^opentelemetry-\S+: modules that are imported are not traced: Node\.js 22\.18\.0 .*preload\.mjs; preload it with --import\n$/,
    ],
    ['24', /^$/],
  ] as const) {
    for (const file of ['preload.mjs', 'through.cjs']) {
      for (const application of ['application.mjs', 'application.cjs']) {
        it(`does not end the process: Node ${version}, ${file}, ${application}`, async function () {
          this.timeout(2 * LIMIT_MILLIS);
          const { stdout, stderr, code } = await runNode({
            node: nodeBinary(this, version),
            args: ['--no-warnings', '--require', `./${file}`, application],
            cwd: folder,
            timeoutMillis: LIMIT_MILLIS,
          });
          assert.deepEqual({ stdout, code }, { stdout: 'done\n', code: 3 });
          assert.match(stderr, said);
        });
      }
    }
  }
});
