// SPDX-License-Identifier: Apache-2.0
// Functions that a call gives: whoever made the call gets their twins.
import assert from 'node:assert/strict';
import type { Row } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveExported } from '../../testkit/telemetry.js';

type Made = (...args: unknown[]) => unknown;

describe('a function that a call gives', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const returned: Row = { span: 'made', attributes: { name: ({ handler }) => (handler as Made).name } };

  function woven(make: (...args: never[]) => unknown, row: Row = { reaches: { returned } }) {
    const exports = { make };
    weaveExported(testRuntime(), [{ target: 'make', family: 'f', call: row }], exports);
    return exports.make as Made;
  }

  it('does what it does, looks as it looks, and is traced', async () => {
    async function work(this: unknown, ...args: unknown[]) {
      return [this, ...args];
    }
    const made = woven(() => work)() as typeof work;
    assert.deepEqual([made.name, made.length, Object.keys(made)], ['work', 0, []]);
    assert.deepEqual(await made.call(7, 1, 2), [7, 1, 2]);
    assert.equal(telemetry.tree(), 'made');
    assert.equal(telemetry.spans()[0]?.attributes.name, 'work');
  });

  it('is the same one each time where it was, also that of a promise', async () => {
    const work = () => {};
    const make = woven(() => work);
    assert.equal(make(), make());
    assert.equal(await (woven(async () => work)() as Promise<Made>), make());
  });

  it('throws what it throws', () => {
    const made = woven(() => () => {
      throw undefined;
    })() as Made;
    let thrown: unknown = 'nothing';
    try {
      made();
    } catch (error) {
      thrown = error;
    }
    assert.equal(thrown, undefined);
    assert.equal(telemetry.tree(), 'made');
  });

  it('is given as it is where it is none, or cannot be looked at', () => {
    const hostile = new Proxy(() => 'called', {
      getOwnPropertyDescriptor() {
        throw new RangeError('no trap');
      },
      ownKeys() {
        throw new RangeError('no trap');
      },
    });
    for (const given of [hostile, undefined, null, 7, 'text', {}, []]) assert.equal(woven(() => given)(), given);
  });
});
