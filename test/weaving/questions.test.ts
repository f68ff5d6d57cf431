// SPDX-License-Identifier: Apache-2.0
// What gauges ask before they are read: once for all of them, bounded in time, and unnoticed by everybody else.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { context, diag, metrics } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import sinon from 'sinon';
import { rows } from '../../src/weaving/aspect.js';
import type { Gauge, LifeWords } from '../../src/weaving/living.js';
import { askNothing, isAsking, type Question } from '../../src/weaving/questions.js';
import type { RuntimeSettings } from '../../src/weaving/runtime-settings.js';
import { recordingMetrics } from '../../testkit/signals.js';
import { testRuntime, weaveClass } from '../../testkit/telemetry.js';

/** What is asked can be answered, refused, or left hanging. */
class Depth {
  asked = 0;
  known = 0;
  answer: () => Promise<number> = async () => 0;
}

const ask: Question<Depth> = {
  name: 'depths',
  option: 'soundings',
  async ask(depth) {
    depth.asked += 1;
    depth.known = await depth.answer();
  },
};
const gauge = (name: string): Gauge<Depth> => ({
  instrument: { kind: 'gauge', name },
  asks: ask,
  observe: ({ known }) => [{ value: known, attributes: {} }],
});
const gauges = [gauge('depth'), gauge('same.depth')] as LifeWords['gauges'];

describe('what gauges ask', () => {
  const error = sinon.stub();
  const settings: { soundings: unknown } = { soundings: undefined };
  let enabled: ReturnType<typeof testRuntime>[] = [];
  beforeEach(() => {
    error.reset();
    settings.soundings = undefined;
    diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
  });
  afterEach(() => {
    metrics.disable();
    diag.disable();
    for (const { providers } of enabled) providers.enabled = false;
    enabled = [];
  });

  function observed(given: Partial<RuntimeSettings> = {}) {
    class Sea {
      open(depth: Depth) {
        return depth;
      }
    }
    const runtime = testRuntime({ value: (name) => (name === 'soundings' ? settings.soundings : undefined), ...given });
    enabled.push(runtime);
    const life = { gauges, begins: ({ result }: { readonly result: Depth }) => result };
    weaveClass(Sea, { methods: rows<Sea>({ open: { life } }) }, runtime);
    const recorded = recordingMetrics();
    metrics.setGlobalMeterProvider(recorded.provider);
    return { depth: new Sea().open(new Depth()), runtime, collect: recorded.collect };
  }

  /** Says which of two timers had fired by then: the loop of events keeps their order, also on a busy machine. */
  const timed = async <T>(work: () => Promise<T>, least: number, most: number) => {
    const fired: number[] = [];
    const timers = [least, most].map((millis) => setTimeout(() => fired.push(millis), millis));
    try {
      return { result: await work(), fired };
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  };

  it('is asked once a collection, however many gauges need it, and is what they show', async () => {
    const { depth, collect } = observed();
    depth.answer = async () => 7;
    assert.deepEqual(await collect(), { depth: 7, 'same.depth': 7 });
    depth.answer = async () => 8;
    assert.deepEqual(await collect(), { depth: 8, 'same.depth': 8 });
    assert.equal(depth.asked, 2);
  });

  it('delays one collection by a second when it hangs, and no further one; what was known holds; asked again when it ends', async () => {
    const { depth, collect } = observed();
    depth.answer = async () => 7;
    await collect();
    let release: (value: number) => void = () => {};
    depth.answer = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const first = await timed(collect, 900, 1500);
    assert.deepEqual(first.result, { depth: 7, 'same.depth': 7 });
    assert.deepEqual(first.fired, [900]);
    const second = await timed(collect, 200, 1000);
    assert.deepEqual(second.result, { depth: 7, 'same.depth': 7 });
    assert.deepEqual(second.fired, []);
    assert.equal(depth.asked, 2, 'not asked anew while it hangs');
    release(9);
    await new Promise((resolve) => setImmediate(resolve));
    depth.answer = async () => 10;
    assert.deepEqual(await collect(), { depth: 10, 'same.depth': 10 });
    assert.equal(error.callCount, 1);
    assert.match(error.firstCall.args.join(' '), /asking depths failed.*no answer within 1000 ms/);
  }).timeout(120_000);

  it('costs one line of diag when it is refused, however often, and what was known holds', async () => {
    const { depth, collect } = observed();
    depth.answer = async () => 7;
    await collect();
    depth.answer = () => Promise.reject(new Error('closed'));
    for (let i = 0; i < 3; i++) assert.deepEqual(await collect(), { depth: 7, 'same.depth': 7 });
    assert.equal(depth.asked, 4);
    assert.equal(error.callCount, 1);
    assert.match(error.firstCall.args.join(' '), /asking depths failed.*closed/);
  });

  it('may throw at once', async () => {
    const { depth, collect } = observed();
    Object.defineProperty(depth, 'asked', {
      get() {
        throw new Error('not today');
      },
    });
    assert.deepEqual(await collect(), { depth: 0, 'same.depth': 0 });
    assert.equal(error.callCount, 1);
  });

  it('is not asked where its option is off, nor while nothing is to be asked any more', async () => {
    const { depth, collect } = observed();
    settings.soundings = false;
    await collect();
    assert.equal(depth.asked, 0);
    settings.soundings = true;
    const askAgain = askNothing();
    await collect();
    assert.equal(depth.asked, 0);
    askAgain();
    await collect();
    assert.equal(depth.asked, 1);
  });

  it('is asked in nobody’s context and with tracing suppressed', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { depth, collect } = observed();
    const key = Symbol('of the collector');
    const transaction = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    depth.answer = async () => {
      await null;
      seen.push(isTracingSuppressed(context.active()), context.active().getValue(key), transaction.getStore());
      return 1;
    };
    try {
      await transaction.run('open', () => context.with(context.active().setValue(key, 'there'), collect));
    } finally {
      context.disable();
    }
    assert.deepEqual(seen, [true, undefined, undefined]);
  });

  it('is not measured by our own rows, also without a context manager', async () => {
    const { depth, collect, runtime } = observed();
    class Plumb {
      async drop() {
        return isAsking();
      }
    }
    const dropped = { kind: 'counter', name: 'dropped' } as const;
    weaveClass(Plumb, { methods: rows<Plumb>({ drop: { metrics: [{ instrument: dropped }] } }) }, runtime);
    const plumb = new Plumb();
    assert.equal(await plumb.drop(), false);
    depth.answer = async () => {
      await null;
      return (await plumb.drop()) ? 5 : 0;
    };
    assert.deepEqual(await collect(), { depth: 5, 'same.depth': 5, dropped: 1 });
  });
});

describe('objects that are observed while a call runs, or as long as they are in use', () => {
  const size: Gauge<{ readonly name: string; size: number }> = {
    instrument: { kind: 'gauge', name: 'size' },
    observe: ({ name, size }) => [{ value: size, attributes: { name } }],
  };
  const life = { gauges: [size] as LifeWords['gauges'] };
  class Job {
    constructor(
      readonly name: string,
      public size = 0,
    ) {}
  }
  class Worker {
    readonly jobs: Job[] = [];
    async work(job: Job, during: () => Promise<void>) {
      job.size = 1;
      await during();
      job.size = 2;
    }
    step(job: Job) {
      return job;
    }
    touch(job: Job) {
      return job;
    }
  }
  const steps: string[] = [];
  const runtime = testRuntime();
  const worker = new Worker();
  before(() => {
    weaveClass(
      Worker,
      {
        methods: rows<Worker>({
          work: { life: { ...life, during: ({ args }) => args[0] } },
          step: {
            life: {
              ...life,
              before: ({ args }) => void steps.push(`before ${args[0].name}`),
              after: ({ result }) => void steps.push(`after ${result.name}`),
            },
          },
          touch: { life: { ...life, uses: ({ result }) => result } },
        }),
      },
      runtime,
    );
  });
  beforeEach(() => {
    steps.length = 0;
  });
  afterEach(() => metrics.disable());
  after(() => {
    runtime.providers.enabled = false;
  });

  it('begin with the call and are read once more after it; a step is told only meanwhile', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const job = new Job('whole');
    worker.step(job);
    await worker.work(job, async () => {
      assert.deepEqual(await collect(), { 'size{name=whole}': 1 });
      worker.step(job);
    });
    worker.step(job);
    assert.deepEqual(steps, ['before whole', 'after whole']);
    job.size = 3;
    assert.deepEqual(await collect(), { 'size{name=whole}': 3 });
    job.size = 4;
    assert.deepEqual(await collect(), { 'size{name=whole}': 3 }, 'not observed any more');
  });

  it('are not there while no meter provider is', async () => {
    const job = new Job('unseen');
    await worker.work(job, async () => void worker.step(job));
    worker.touch(job);
    assert.deepEqual([steps, runtime.living.of(life.gauges[0] as Gauge)], [[], []]);
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    worker.touch(job);
    assert.deepEqual(await collect(), { 'size{name=unseen}': 1 + 1 });
  });
});
