// SPDX-License-Identifier: Apache-2.0
// A part of what `npm run test:preloads` runs.
import assert from 'node:assert/strict';
import { applicationWith, nodeBinary, runNode } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';
import { cells, type Matrix, openMatrix, title } from '../../testkit/preload-matrix.js';

const LIMIT_MILLIS = 40_000;
const SOME = ['--import package', '--require package', '--require instrumentation.cjs'];

/** The floors, one that starts a thread for hooks and cannot require ES modules there, and the newest. */
const versions = { '20.19.0': SOME, '22.12.0': SOME, '22.18.0': undefined, 24: SOME };

describe('a preload leaves output and exit as they are, and every span arrives', () => {
  let matrix: Matrix;
  before(() => {
    matrix = openMatrix();
  });
  after(() => matrix.remove());

  for (const [version, preloads] of Object.entries(versions)) {
    for (const cell of cells.filter(({ preload }) => preloads?.includes(preload) ?? true)) {
      it(`Node ${version}: ${title(cell)}`, async function () {
        this.timeout(3 * LIMIT_MILLIS);
        assert.equal(await matrix.faultOf(nodeBinary(this, version), cell, LIMIT_MILLIS), undefined);
      });
    }
  }
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
