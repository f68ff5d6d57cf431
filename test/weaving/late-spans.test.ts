// SPDX-License-Identifier: Apache-2.0
// Calls whose span is made only if they fail, and calls that others find above them though they have no span.
import assert from 'node:assert/strict';
import { context, createContextKey, metrics, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { hrTimeToMicroseconds } from '@opentelemetry/core';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import type { Call, Facts, Row, Rows } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

class Batch {
  async handle(items: readonly unknown[], each: (item: unknown) => unknown = () => {}): Promise<void> {
    for (const item of items) await this.one(item, each).catch(() => {});
  }
  async one(item: unknown, each: (item: unknown) => unknown): Promise<void> {
    await each(item);
    if (item === 'bad') throw new RangeError('bad');
    if (item === 'undefined') throw undefined;
  }
}

const one: Row<Call<Batch>> = {
  span: 'one',
  kind: SpanKind.CONSUMER,
  late: ({ enclosing }) => (enclosing?.args[0] as unknown[] | undefined)?.length !== 1,
  attributes: { item: ({ args }) => args[0] as string },
  failure: { failed: true },
  hands: (_, { seen = 0 }: { readonly seen?: number }): Facts => ({ seen: seen + 1 }),
  handsFailed: true,
};
const handle: Row = { span: 'handle', settled: { seen: ({ facts }: Call) => facts.seen as number } };

/** A batch of a class of its own: a row that was switched off stays so. */
function batchOf(further: Row<Call<Batch>> = {}): Batch {
  class Woven extends Batch {
    override handle(items: readonly unknown[], each?: (item: unknown) => unknown) {
      return super.handle(items, each);
    }
    override one(item: unknown, each: (item: unknown) => unknown) {
      return super.one(item, each);
    }
  }
  weaveClass(Woven, { methods: { handle, one: { ...one, ...further } } as Rows });
  return new Woven();
}

describe('a span that is put off until its call fails', () => {
  let telemetry: Telemetry;
  before(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.reset());
  after(() => telemetry.stop());

  it('is not there for what goes well, and where it would be for what does not, with all that its row says', async () => {
    await batchOf().handle(['good', 'bad', 'good', 'undefined']);
    assert.equal(telemetry.tree(), 'handle(one one)');
    const [bad, thrown, batch] = telemetry.spans();
    assert.deepEqual(bad?.attributes, { item: 'bad', failed: true, 'error.class': 'RangeError' });
    assert.equal(bad?.kind, SpanKind.CONSUMER);
    assert.equal(bad?.status.code, 2);
    assert.equal(bad?.events.length, 1);
    assert.equal(thrown?.attributes['error.class'], 'undefined');
    assert.deepEqual(batch?.attributes, { seen: 4 });
  });

  it('is there from the beginning where the row says so of this call', async () => {
    await batchOf().handle(['good']);
    assert.equal(telemetry.tree(), 'handle(one)');
  });

  it('begins when the call began, and not before the span above it', async () => {
    for (let round = 0; round < 20; round++) await batchOf().handle(['bad', 'bad'], () => {});
    const began = performance.now();
    await batchOf().handle(['bad', 'good'], () => sleep(30));
    const took = performance.now() - began;
    const spans = telemetry.spans();
    const batches = new Map(spans.map((span) => [span.spanContext().spanId, span]));
    for (const span of spans.filter(({ name }) => name === 'one')) {
      const batch = batches.get(span.parentSpanContext?.spanId ?? '');
      assert.ok(batch !== undefined);
      assert.ok(hrTimeToMicroseconds(span.startTime) >= hrTimeToMicroseconds(batch.startTime));
      assert.ok(hrTimeToMicroseconds(span.endTime) >= hrTimeToMicroseconds(span.startTime));
    }
    const slow = spans.findLast(({ name }) => name === 'one');
    const millis = hrTimeToMicroseconds(slow?.duration ?? [0, 0]) / 1000;
    assert.ok(millis >= 27 && millis < took + 3, `${millis} ms of ${took}`);
  });

  it('has below it nothing that ended before: that is a child of the span above', async () => {
    const tracer = trace.getTracer('application');
    await batchOf().handle(['good', 'bad'], (item) => tracer.startSpan(String(item)).end());
    assert.equal(telemetry.tree(), 'handle(good bad one)');
  });

  it('is the current one of what the failed call has left behind', async () => {
    let later: Promise<unknown> | undefined;
    await batchOf().handle(['bad', 'good'], (item) => {
      if (item === 'bad') later = sleep(20).then(() => trace.getTracer('application').startSpan('left behind').end());
    });
    await later;
    assert.equal(telemetry.tree(), 'handle(one(left behind))');
  });

  it('is made for a call that says in its result that it failed', async () => {
    await batchOf({
      ending: { outcome: ({ args }) => (args[0] === 'refused' ? { error: new Error('refused') } : undefined) },
    }).handle(['good', 'refused']);
    assert.equal(telemetry.tree(), 'handle(one)');
  });

  it('is not made while its family is off, nor below tracing that is suppressed', async () => {
    class Off extends Batch {
      override one(item: unknown, each: (item: unknown) => unknown) {
        return super.one(item, each);
      }
    }
    weaveClass(Off, { methods: { one: one as Row } }, testRuntime({ family: () => 'off' }));
    await new Off().handle(['bad', 'bad']);
    const suppressed = ROOT_CONTEXT.setValue(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);
    await context.with(suppressed, () => batchOf().handle(['bad', 'bad']));
    assert.equal(telemetry.tree(), '');
  });

  it('costs its row and nothing else where the row throws', async () => {
    await batchOf({
      late() {
        throw new Error('a faulty row');
      },
    }).handle(['good', 'bad', 'good']);
    assert.equal(telemetry.tree(), 'handle');
    telemetry.reset();
    await batchOf({
      attributes: {
        item() {
          throw new Error('a faulty extractor');
        },
      },
    }).handle(['good', 'bad', 'bad']);
    assert.equal(telemetry.tree(), 'handle(one one)');
  });
});

describe('a span that is put off below one that is not sampled', () => {
  it('is not sampled either', async () => {
    const telemetry = startTelemetry({ sampler: new AlwaysOffSampler() });
    try {
      await batchOf().handle(['good', 'bad']);
      assert.equal(telemetry.tree(), '');
    } finally {
      telemetry.stop();
    }
  });
});

describe('a call without a span that encloses others', () => {
  let telemetry: Telemetry;
  before(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.reset());
  after(() => telemetry.stop());

  class Loop {
    constructor(readonly options: { readonly times: number }) {}
    async run(): Promise<void> {
      for (let turn = 0; turn < this.options.times; turn++) await this.turn();
    }
    async turn(): Promise<void> {
      await sleep(1);
    }
  }
  const root: Row['context'] = { parent: () => 'root' };

  function loops(turn: Row) {
    const exports = { loop: (options: { readonly times: number }) => new Loop(options) };
    weaveExported(
      testRuntime(),
      [
        {
          target: 'loop',
          family: 'tests',
          call: { reaches: { makes: true, result: { run: { encloses: true }, turn } } },
        },
      ],
      exports,
    );
    return exports.loop;
  }

  it('is found by those below, with the call that made its object, and holds what they tell it until it ends', async () => {
    const turn: Row = {
      span: 'turn',
      attributes: {
        n: ({ enclosing }: Call) => enclosing?.facts.n as number | undefined,
        of: ({ enclosing }: Call) => (enclosing?.maker?.args[0] as { times: number } | undefined)?.times,
        own: ({ maker, enclosing }: Call) => maker === enclosing?.maker,
      },
      hands: (_: Call, { n = 0 }: { readonly n?: number }) => ({ n: n + 1 }),
    };
    const loop = loops(turn)({ times: 2 });
    await loop.run();
    await loop.run();
    assert.equal(telemetry.tree(), 'turn turn turn turn');
    assert.deepEqual(
      telemetry.spans().map(({ attributes }) => attributes),
      [
        { of: 2, own: true },
        { n: 1, of: 2, own: true },
        { of: 2, own: true },
        { n: 1, of: 2, own: true },
      ],
    );
  });

  it('leaves the span of whoever called it where it is; a call below it may be the root of a trace', async () => {
    const tracer = trace.getTracer('application');
    for (const [further, tree] of [
      [{}, 'request(turn)'],
      [{ context: root }, 'request turn'],
    ] as const) {
      await tracer.startActiveSpan('request', async (span) => {
        await loops({ span: 'turn', ...further })({ times: 1 }).run();
        span.end();
      });
      assert.equal(telemetry.tree(), tree);
      telemetry.reset();
    }
  });

  it('keeps the context of the application below a call that is the root of a trace', async () => {
    const key = createContextKey('of the application');
    const seen: unknown[] = [];
    class Root {
      go(): void {
        seen.push(context.active().getValue(key));
      }
    }
    weaveClass(Root, { methods: { go: { span: 'go', context: root } } });
    trace.getTracer('application').startActiveSpan('request', (span) => {
      context.with(context.active().setValue(key, 'kept'), () => new Root().go());
      span.end();
    });
    assert.deepEqual(seen, ['kept']);
    assert.equal(telemetry.tree(), 'request go');
  });

  it('runs bare while there is no tracer', async () => {
    telemetry.stop();
    metrics.disable();
    await loops({ span: 'turn' })({ times: 1 }).run();
    telemetry = startTelemetry();
    assert.equal(telemetry.tree(), '');
  });
});

describe('a row of another family than its aspect', () => {
  it('is switched with that one, and so is what it reaches', () => {
    const telemetry = startTelemetry();
    try {
      class Inner {
        go(): void {}
      }
      class Outer {
        inner(): Inner {
          return new Inner();
        }
        other(): void {}
      }
      const go = { go: { span: 'go' } };
      weaveClass(
        Outer,
        { methods: { inner: { family: 'inner', reaches: { result: go } }, other: { span: 'other' } } },
        testRuntime({ family: (name) => (name === 'inner' ? 'off' : 'auto') }),
      );
      new Outer().inner().go();
      new Outer().other();
      assert.equal(telemetry.tree(), 'other');
    } finally {
      telemetry.stop();
    }
  });
});
