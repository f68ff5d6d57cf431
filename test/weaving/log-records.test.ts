// SPDX-License-Identifier: Apache-2.0
// What a row says of a call in records: before it, after it, when a condition holds, and of one failure once.
import assert from 'node:assert/strict';
import { type Call, type Row, rows } from '../../src/weaving/aspect.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import type { LogRecord, Severity } from '../../src/weaving/signals.js';
import { recordingLogs } from '../../testkit/signals.js';
import { startTelemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

const record = (severity: Severity, body: string, on: LogRecord['on']): LogRecord => ({
  logger: 'ledger',
  severity,
  body,
  on,
});

/** A class that is woven anew for each test. */
function wovenSteps(methods: Readonly<Record<string, Row<Call<never, never, never>>>>) {
  class Steps {
    async outer(step: () => unknown): Promise<unknown> {
      return this.inner(step);
    }
    async inner(step: () => unknown): Promise<unknown> {
      return step();
    }
    async wrapped(step: () => unknown): Promise<unknown> {
      try {
        return await this.inner(step);
      } catch (cause) {
        throw new Error('outside', { cause: new Error('between', { cause }) });
      }
    }
    async swallowing(step: () => unknown): Promise<string> {
      await this.inner(step).catch(() => {});
      throw new Error('another');
    }
  }
  const runtime = testRuntime();
  const recorded = recordingLogs();
  runtime.providers.logs.use(recorded.provider);
  weaveClass(Steps, { methods: rows<Steps>(methods as never) }, runtime);
  return { steps: new Steps(), said: () => recorded.records.map(({ body }) => body), records: recorded.records };
}

const fail = (): never => {
  throw new Error('no apples');
};

describe('the records of a row', () => {
  let telemetry: ReturnType<typeof startTelemetry>;
  before(() => {
    telemetry = startTelemetry();
  });
  after(() => telemetry.stop());

  it('of a beginning are written before the call, under its span', async () => {
    const { steps, records } = wovenSteps({
      outer: { span: 'outer', logs: [record('info', 'begins', 'begin'), record('info', 'is over', 'success')] },
    });
    let before: unknown;
    await steps.outer(() => {
      before = records.map(({ body }) => body);
    });
    assert.deepEqual(before, ['begins']);
    assert.deepEqual(
      records.map(({ body }) => body),
      ['begins', 'is over'],
    );
    assert.equal(telemetry.tree(), 'outer');
    await assert.rejects(steps.outer(fail));
    assert.deepEqual(records.at(-1)?.body, 'begins');
  });

  it('of a beginning that cannot be read cost nothing but themselves when the call fails as well', async () => {
    const broken = { ...record('info', 'begins', 'begin'), attributes: { n: fail } };
    const { steps, said } = wovenSteps({
      outer: { span: 'unread', logs: [broken, record('error', 'failed', 'failure')] },
    });
    await assert.rejects(steps.outer(fail), /no apples/);
    assert.equal(await steps.outer(() => 1).catch(() => 2), 1);
    assert.ok(said().includes('failed'));
  });

  it('are written only when their condition holds', async () => {
    const { steps, said } = wovenSteps({
      outer: {
        logs: [
          { ...record('info', 'one', 'success'), when: ({ result }: Call) => result === 1 },
          { ...record('info', 'two', 'success'), when: ({ result }: Call) => result === 2 },
        ],
      },
    });
    await steps.outer(() => 2);
    await steps.outer(() => 3);
    assert.deepEqual(said(), ['two']);
  });

  describe('of a failure', () => {
    const inner = { logs: [record('error', 'inner failed', 'failure')] };

    it('are not written again by the calls above, also not when they wrap its error', async () => {
      const { steps, said } = wovenSteps({
        inner,
        outer: { logs: [record('error', 'outer failed', 'failure')] },
        wrapped: { logs: [record('error', 'wrapped failed', 'failure')] },
      });
      await assert.rejects(steps.outer(fail));
      await assert.rejects(steps.wrapped(fail));
      assert.deepEqual(said(), ['inner failed', 'inner failed']);
    });

    it('are not written again by the calls above when `undefined` was thrown', async () => {
      const { steps, said } = wovenSteps({ inner, outer: { logs: [record('error', 'outer failed', 'failure')] } });
      await assert.rejects(steps.outer(() => Promise.reject(undefined)));
      assert.deepEqual(said(), ['inner failed']);
    });

    it('are written above when what was told below is less severe', async () => {
      const { steps, said } = wovenSteps({ inner, outer: { logs: [record('fatal', 'outer failed', 'failure')] } });
      await assert.rejects(steps.outer(fail));
      assert.deepEqual(said(), ['inner failed', 'outer failed']);
    });

    it('are written above when it is another failure, and for each call anew', async () => {
      const { steps, said } = wovenSteps({ inner, swallowing: { logs: [record('error', 'other', 'failure')] } });
      await assert.rejects(steps.swallowing(fail));
      const same = new Error('always the same object');
      for (let n = 0; n < 2; n++) await assert.rejects(steps.inner(() => Promise.reject(same)));
      assert.deepEqual(said(), ['inner failed', 'other', 'inner failed', 'inner failed']);
    });
  });
});

describe('a base class that is not exported', () => {
  class Base {
    step(): number {
      return 1;
    }
  }
  class Shown extends Base {}
  const weave = (target: string, baseOf: string) => {
    const runtime = testRuntime();
    const recorded = recordingLogs();
    runtime.providers.logs.use(recorded.provider);
    const methods = rows<Base>({ step: { logs: [{ logger: 'base', severity: 'info', body: 'stepped' }] } });
    const woven = weaveClasses(runtime, [{ target, baseOf, family: 'tests', methods }], { Shown });
    return { ...woven, said: () => recorded.records.map(({ body }) => body) };
  };

  it('is woven where it stands, above the class that is', () => {
    const { report, undo, said } = weave('Base', 'Shown');
    try {
      assert.deepEqual(report, { methods: { 'Base.step': 'woven' }, otherShapes: [], absent: [] });
      assert.equal(Object.hasOwn(Shown.prototype, 'step'), false);
      assert.equal(new Shown().step(), 1);
      assert.deepEqual(said(), ['stepped']);
    } finally {
      undo();
    }
    new Shown().step();
    assert.deepEqual(said(), ['stepped']);
  });

  it('is absent when no class above has its name', () => {
    assert.deepEqual(weave('Elsewhere', 'Shown').report.absent, ['Elsewhere']);
    assert.deepEqual(weave('Base', 'Hidden').report.absent, ['Base']);
  });
});

it('a class without a method that is only logged is still the class meant', () => {
  class Shown {
    step(): number {
      return 1;
    }
  }
  const methods = { step: { span: 'step' }, other: { logs: [record('info', 'other', 'success')] } } as const;
  const { report, undo } = weaveClasses(testRuntime(), [{ target: 'Shown', family: 'tests', methods }], { Shown });
  undo();
  assert.deepEqual(report, {
    methods: { 'Shown.step': 'woven', 'Shown.other': 'missing' },
    otherShapes: [],
    absent: [],
  });
});
