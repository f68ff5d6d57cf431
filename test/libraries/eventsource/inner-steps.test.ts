// SPDX-License-Identifier: Apache-2.0
// Steps inside a component (one event of a catch-up, one message of a consume loop) can be woven only as prototype methods that
// the library itself calls through the object.
import assert from 'node:assert/strict';
import { observe } from '../../../testkit/bare-and-woven.js';
import { programFiles } from '../../process/programs/files.js';
import type { Reached } from '../../process/programs/inner-steps.js';

describe('the inner steps of the target', function () {
  this.timeout(120_000);

  it('are each called through the prototype, on their object, when an application uses the library', async () => {
    const { stdout, stderr } = await observe({ ...programFiles('inner-steps', 'esm'), preload: 'bare' });
    assert.equal(stderr, '');
    const reached: Reached = JSON.parse(stdout);
    const steps = Object.entries(reached);
    assert.ok(steps.length > 25, `${steps.length} inner steps`);
    assert.deepEqual(
      steps.filter(([, { calls }]) => calls === 0).map(([step]) => step),
      [],
      'never called',
    );
    assert.deepEqual(
      steps.filter(([, { onItsObject }]) => !onItsObject).map(([step]) => step),
      [],
      'called on something else',
    );
  });
});
