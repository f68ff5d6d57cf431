// A part of what `npm run test:preloads` runs.
import assert from 'node:assert/strict';
import { nodeBinary } from '../../testkit/child.js';
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
