// SPDX-License-Identifier: Apache-2.0
// What calls tell the call above them.
import assert from 'node:assert/strict';
import type { Call, Row } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

describe('facts for the enclosing call', () => {
  let telemetry: Telemetry;
  before(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.reset());
  after(() => telemetry.stop());

  /** An outer call with a span, and inner ones that hand something up. */
  function outerAbove(inner: Row, fact: string) {
    class Outer {
      async go(fails: readonly boolean[]): Promise<void> {
        for (const fail of fails) await this.step(fail).catch(() => {});
      }
      async step(fail: boolean): Promise<void> {
        if (fail) throw new RangeError('no');
      }
    }
    const go = { span: 'go', settled: { told: ({ facts }: Call) => facts[fact] as number } };
    weaveClass(Outer, { methods: { go, step: inner } });
    return new Outer();
  }

  const told = () => telemetry.spans()[0]?.attributes.told;
  const counted = (_: Call, { n = 0 }: { readonly n?: number }) => ({ n: n + 1 });

  it('can be counted: a call sees what the enclosing one holds by then', async () => {
    await outerAbove({ hands: counted }, 'n').go([false, false, false]);
    assert.equal(told(), 3);
  });

  it('are not of calls that threw', async () => {
    await outerAbove({ hands: counted }, 'n').go([false, true, true]);
    assert.equal(told(), 1);
  });

  it('are of calls that threw where the row says so, with the error to tell them by', async () => {
    const hands = (call: Call, held: { readonly n?: number }) => (call.failed ? counted(call, held) : undefined);
    await outerAbove({ hands, handsFailed: true }, 'n').go([false, true, true]);
    assert.equal(told(), 2);
    telemetry.reset();
    const named = ({ error }: Call) => ({ class: (error as Error | undefined)?.constructor.name });
    await outerAbove({ hands: named, handsFailed: true }, 'class').go([true]);
    assert.equal(told(), 'RangeError');
  });
});
