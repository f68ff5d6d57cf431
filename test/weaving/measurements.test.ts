// SPDX-License-Identifier: Apache-2.0
// What measurements cost and keep: bounded series, shared attributes, gauges over living objects, sums kept in the process.
import assert from 'node:assert/strict';
import { type Attributes, context, diag, metrics } from '@opentelemetry/api';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import sinon from 'sinon';
import { type Call, rows } from '../../src/weaving/aspect.js';
import type { LifeWords } from '../../src/weaving/living.js';
import type { Runtime } from '../../src/weaving/runtime.js';
import type { FamilyMode } from '../../src/weaving/runtime-settings.js';
import { recordingMetrics } from '../../testkit/signals.js';
import { startTelemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

const handled = { kind: 'counter', name: 'handled' } as const;
const makeBus = () =>
  class Bus {
    handle(type: string | undefined, tenant?: string) {
      return [type, tenant];
    }
  };
type Handle = Call<unknown, readonly [string | undefined, string?]>;
const byType = {
  instrument: handled,
  attributes: { system: 'memory', type: ({ args }: Handle) => args[0], tenant: ({ args }: Handle) => args[1] },
};

describe('the attributes of measurements', () => {
  const warn = sinon.stub();
  beforeEach(() => {
    warn.reset();
    diag.setLogger({ warn, error() {}, info() {}, debug() {}, verbose() {} });
  });
  afterEach(() => {
    metrics.disable();
    diag.disable();
  });

  it('are bounded for each instrument and attribute, whichever rows record with it; one warning says so', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const [Bus, Other] = [makeBus(), makeBus()];
    const runtime = testRuntime({ cardinalityLimit: 3 });
    for (const each of [Bus, Other]) weaveClass(each, { methods: { handle: { metrics: [byType] } } }, runtime);
    for (const [index, bus] of [new Bus(), new Other(), new Bus()].entries()) {
      for (let i = 0; i < 100; i++) bus.handle(`type-${i}`, `tenant-${index}`);
    }
    const counted = await collect();
    const types = new Set(Object.keys(counted).map((set) => /,type=([^,}]+)/.exec(set)?.[1]));
    assert.deepEqual([...types].sort(), ['__overflow__', 'type-0', 'type-1', 'type-2']);
    assert.equal(counted['handled{system=memory,type=__overflow__,tenant=tenant-2}'], 97);
    assert.equal(counted['handled{system=memory,type=type-1,tenant=tenant-1}'], 1);
    assert.equal(warn.callCount, 1);
    assert.match(warn.firstCall.args.join(' '), /handled: more than 3 values of type/);
  });

  it('are one shared object for each set of values, and leave out what is not there', () => {
    const seen: Attributes[] = [];
    const counter = { add: (_value: number, attributes: Attributes) => void seen.push(attributes) };
    metrics.setGlobalMeterProvider({ getMeter: () => ({ createCounter: () => counter }) } as never);
    const Bus = makeBus();
    weaveClass(Bus, { methods: { handle: { metrics: [byType] } } });
    const bus = new Bus();
    for (let i = 0; i < 2; i++) {
      bus.handle('placed', 'acme');
      bus.handle(undefined);
    }
    assert.equal(seen[0], seen[2]);
    assert.equal(seen[1], seen[3]);
    assert.deepEqual(seen.slice(0, 2), [{ system: 'memory', type: 'placed', tenant: 'acme' }, { system: 'memory' }]);
    assert.ok(Object.isFrozen(seen[0]));
  });
});

describe('a measurement of outermost calls', () => {
  const commands = { kind: 'counter', name: 'commands' } as const;
  const by = ({ self }: Call) => (self as object).constructor.name;
  const outermost = { metrics: [{ instrument: commands, attributes: { by }, outermost: true }] };

  /** Two libraries, each with a runtime of its own, and what is between them. */
  function layers() {
    class Bus {
      send(work: () => unknown): unknown {
        return work();
      }
    }
    class Handler {
      handle(work: () => unknown): unknown {
        return work();
      }
    }
    class Between {
      span(work: () => unknown): unknown {
        return work();
      }
      publish(work: () => unknown): unknown {
        return work();
      }
    }
    weaveClass(Bus, { methods: { send: { span: 'send', ...outermost } } }, testRuntime());
    weaveClass(Handler, { methods: { handle: { span: 'handle', ...outermost } } }, testRuntime());
    const methods = { span: { span: 'between' }, publish: { span: 'publish', apart: true } };
    weaveClass(Between, { methods }, testRuntime());
    const [bus, handler, between] = [new Bus(), new Handler(), new Between()];
    return {
      send: (work: () => unknown) => bus.send(work),
      handle: (work: () => unknown) => handler.handle(work),
      span: (work: () => unknown) => between.span(work),
      publish: (work: () => unknown) => between.publish(work),
    };
  }

  const listeners = {
    'with all spans': () => startTelemetry(),
    'with no span sampled': () => startTelemetry({ sampler: new AlwaysOffSampler() }),
    'with no tracer': () => ({ stop: () => metrics.disable() }),
  };
  for (const [how, start] of Object.entries(listeners)) {
    describe(how, () => {
      let stop: () => void;
      let collect: () => Promise<Record<string, number>>;
      beforeEach(() => {
        ({ stop } = start());
        const recorded = recordingMetrics();
        ({ collect } = recorded);
        metrics.setGlobalMeterProvider(recorded.provider);
      });
      afterEach(() => stop());

      it('is not made of a call of another library inside, however far', async () => {
        const { send, span, handle } = layers();
        send(() => handle(() => {}));
        await send(async () => {
          await Promise.resolve();
          return span(() => span(() => handle(() => {})));
        });
        handle(() => {});
        assert.deepEqual(await collect(), { 'commands{by=Bus}': 2, 'commands{by=Handler}': 1 });
      });

      it('is made of a call that a row between them sets apart', async () => {
        const { send, publish, span, handle } = layers();
        send(() => span(() => publish(() => span(() => handle(() => handle(() => {}))))));
        assert.deepEqual(await collect(), { 'commands{by=Bus}': 1, 'commands{by=Handler}': 1 });
      });

      it('is made of a call that begins when the one around it is over, not of one that only ends then', async () => {
        const { send, handle } = layers();
        const begin = await new Promise<() => void>((resolve) => {
          void send(async () => {
            const wait = new Promise<void>((go) => resolve(go));
            void handle(() => wait);
            return undefined;
          });
        });
        await new Promise((done) => setTimeout(done, 1));
        begin();
        let later: () => void = () => {};
        send(() => {
          const inside = context.active();
          later = () => void context.with(inside, () => handle(() => {}));
        });
        later();
        await new Promise((done) => setTimeout(done, 1));
        assert.deepEqual(await collect(), { 'commands{by=Bus}': 2, 'commands{by=Handler}': 1 });
      });
    });
  }
});

describe('measurements', () => {
  afterEach(() => metrics.disable());

  it('of no number are none: a sum would be spoilt for ever', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    class Bus {
      publish(events: { readonly length: number }) {
        return events;
      }
    }
    const published = { kind: 'counter', name: 'published' } as const;
    const value = ({ args }: Call<unknown, readonly [{ readonly length: number }]>) => args[0].length;
    const runtime = testRuntime();
    weaveClass(
      Bus,
      {
        methods: { publish: { metrics: [{ instrument: published, value, keptBy: 'bus', attributes: { bus: 'b' } }] } },
      },
      runtime,
    );
    const bus = new Bus();
    for (const length of [2, Number.NaN, Number.POSITIVE_INFINITY, '7' as never, 1]) bus.publish({ length });
    assert.deepEqual(await collect(), { 'published{bus=b}': 3 });
    assert.equal(runtime.tallies.sum(published, 'b'), 3);
  });

  it('with a gauge show the last value, not a sum', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    class Bus {
      handle(backlog: number) {
        return backlog;
      }
    }
    const value = ({ result }: Call<unknown, unknown, number>) => result;
    weaveClass(Bus, {
      methods: rows<Bus>({ handle: { metrics: [{ instrument: { kind: 'gauge', name: 'backlog' }, value }] } }),
    });
    for (const backlog of [5, 7, 4]) new Bus().handle(backlog);
    assert.deepEqual(await collect(), { backlog: 4 });
  });
});

describe('the object’s own switch for measurements', () => {
  afterEach(() => metrics.disable());

  it('switches them off, whatever the one for spans says', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    class Bus {
      constructor(
        readonly enableTracing: boolean,
        readonly enableMetrics: boolean,
      ) {}
      handle() {}
    }
    weaveClass(Bus, {
      tracing: (self: Bus) => self.enableTracing,
      measuring: (self: Bus) => self.enableMetrics,
      methods: { handle: { span: 'handle', metrics: [{ instrument: handled }] } },
    });
    new Bus(false, true).handle();
    new Bus(true, false).handle();
    assert.deepEqual(await collect(), { handled: 1 });
  });
});

async function exposeGc(): Promise<void> {
  if (global.gc !== undefined) return;
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  global.gc = runInNewContext('gc') as typeof global.gc;
}

async function collectGarbage(): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    global.gc?.();
  }
}

describe('gauges over living objects', () => {
  const runtimes: Runtime[] = [];
  afterEach(() => {
    metrics.disable();
    for (const runtime of runtimes.splice(0)) runtime.providers.enabled = false;
  });

  class Job {
    constructor(
      readonly name: string,
      public lag = 0,
    ) {}
  }
  class Manager {
    readonly jobs = new Map<string, Job>();
    change(job: Job, lag: number) {
      job.lag = lag;
    }
    start(name: string) {
      const job = new Job(name);
      this.jobs.set(name, job);
      return job;
    }
    stop(name: string) {
      return this.jobs.delete(name);
    }
  }
  const lag = {
    instrument: { kind: 'gauge', name: 'lag' },
    observe: (job: Job) => (job.lag < 0 ? [] : [{ value: job.lag, attributes: { job: job.name } }]),
  } as const;
  const gauges = [lag] as LifeWords['gauges'];
  const woven = (modes: Record<string, FamilyMode> = {}) => {
    const Woven = class extends Manager {
      override start(name: string) {
        return super.start(name);
      }
      override stop(name: string) {
        return super.stop(name);
      }
      override change(job: Job, lag: number) {
        super.change(job, lag);
      }
    };
    const runtime = testRuntime({ family: (name) => modes[name] ?? 'auto' });
    runtimes.push(runtime);
    weaveClass(
      Woven,
      {
        methods: rows<Manager>({
          start: { life: { gauges, begins: ({ result }) => result } },
          stop: { life: { gauges, ends: ({ self, args }) => self.jobs.get(args[0]) } },
          change: { life: { gauges, changes: ({ args }) => args[0] } },
        }),
      },
      runtime,
    );
    return { manager: new Woven(), runtime };
  };

  it('show all of them at once, from their beginning to their end, with what they say at the moment', async () => {
    const { provider, collect } = recordingMetrics(AggregationTemporality.DELTA);
    metrics.setGlobalMeterProvider(provider);
    const { manager } = woven();
    const first = manager.start('first');
    const second = manager.start('second');
    first.lag = 3;
    assert.deepEqual(await collect(), { 'lag{job=first}': 3, 'lag{job=second}': 0 });
    first.lag = 1;
    second.lag = -1;
    assert.deepEqual(await collect(), { 'lag{job=first}': 1 });
    manager.stop('first');
    first.lag = 7;
    second.lag = 2;
    assert.deepEqual(await collect(), { 'lag{job=first}': 7, 'lag{job=second}': 2 }, 'its end is read once more');
    assert.deepEqual(await collect(), { 'lag{job=second}': 2 });
  });

  it('show what the end of an object has left behind, also where they are read while it is still ending', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    class Slow {
      job: Job | undefined;
      start() {
        this.job = new Job('slow', 3);
        return this.job;
      }
      async stop() {
        const { job } = this;
        this.job = undefined;
        await collect();
        if (job !== undefined) job.lag = 0;
      }
    }
    weaveClass(Slow, {
      methods: rows<Slow>({
        start: { life: { gauges, begins: ({ result }) => result } },
        stop: { life: { gauges, ends: ({ self }) => self.job } },
      }),
    });
    const slow = new Slow();
    slow.start();
    await slow.stop();
    assert.deepEqual(await collect(), { 'lag{job=slow}': 0 });
  });

  it('cost no row where the meter cannot make them', () => {
    const error = sinon.stub();
    diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
    const { manager, runtime } = woven();
    runtime.providers.metrics.use({
      getMeter: () => ({
        createObservableGauge() {
          throw new Error('no gauges here');
        },
      }),
    } as never);
    manager.start('first');
    manager.start('second');
    assert.deepEqual(runtime.living.of(lag as LifeWords['gauges'][number]).length, 2);
    assert.deepEqual(
      error.args.map((args) => /observing lag failed/.test(args.join(' '))),
      [true],
    );
    diag.disable();
  });

  it('leave no living value behind where a back end shows the last one for ever', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const { manager } = woven();
    const job = manager.start('ended');
    job.lag = 4;
    assert.deepEqual(await collect(), { 'lag{job=ended}': 4 });
    manager.stop('ended');
    job.lag = 0;
    assert.deepEqual(await collect(), { 'lag{job=ended}': 0 });
    assert.deepEqual(await collect(), { 'lag{job=ended}': 0 });
  });

  it('say nothing to a meter provider of what had ended before it came, and keep nothing for it', async () => {
    const { manager } = woven();
    const before = recordingMetrics();
    metrics.setGlobalMeterProvider(before.provider);
    manager.start('ended');
    assert.deepEqual(await before.collect(), { 'lag{job=ended}': 0 });
    metrics.disable();
    const after = recordingMetrics();
    metrics.setGlobalMeterProvider(after.provider);
    manager.stop('ended');
    manager.start('living');
    assert.deepEqual(await after.collect(), { 'lag{job=living}': 0 });
  });

  it('say once what holds of attributes that no object gives any more, if the table says so', async () => {
    const { provider, collect } = recordingMetrics(AggregationTemporality.DELTA);
    metrics.setGlobalMeterProvider(provider);
    class Bus {
      readonly partitions = new Map<number, number>();
      connect() {
        return this;
      }
    }
    const backlog = {
      instrument: { kind: 'gauge', name: 'backlog' },
      observe: ({ partitions }: Bus) => [...partitions].map(([of, value]) => ({ value, attributes: { of } })),
      afterwards: 0,
    } as const;
    const life = { gauges: [backlog] as LifeWords['gauges'], begins: ({ result }: { result: object }) => result };
    const runtime = testRuntime();
    runtimes.push(runtime);
    weaveClass(Bus, { methods: rows<Bus>({ connect: { life } }) }, runtime);
    const [first, second] = [new Bus().connect(), new Bus().connect()];
    first.partitions.set(0, 5).set(1, 3);
    assert.deepEqual(await collect(), { 'backlog{of=0}': 5, 'backlog{of=1}': 3 });
    first.partitions.clear();
    second.partitions.set(1, 4);
    assert.deepEqual(await collect(), { 'backlog{of=0}': 0, 'backlog{of=1}': 4 });
    assert.deepEqual(await collect(), { 'backlog{of=1}': 4 });
  });

  it('have their attributes under the names in force, as counters have', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const { manager, runtime } = woven();
    const attribute = (key: string) => [{ key }, { key: `${key}.name`, value: String }];
    runtime.settings = { ...runtime.settings, attribute };
    manager.start('named');
    assert.deepEqual(await collect(), { 'lag{job=named,job.name=named}': 0 });
  });

  it('are bounded like counters', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const { manager, runtime } = woven();
    runtime.settings = { ...runtime.settings, cardinalityLimit: 3 };
    for (let i = 0; i < 100; i++) manager.start(`job-${i}`);
    assert.deepEqual(Object.keys(await collect()), [
      'lag{job=job-0}',
      'lag{job=job-1}',
      'lag{job=job-2}',
      'lag{job=__overflow__}',
    ]);
  });

  it('are given to a meter provider that comes later, without a further call, and to the next one', async () => {
    const { manager, runtime } = woven();
    const job = manager.start('early');
    job.lag = 5;
    const first = recordingMetrics();
    metrics.setGlobalMeterProvider(first.provider);
    assert.deepEqual(await first.collect(), { 'lag{job=early}': 5 });
    metrics.disable();
    const second = recordingMetrics();
    metrics.setGlobalMeterProvider(second.provider);
    assert.deepEqual(await second.collect(), { 'lag{job=early}': 5 });
    const byHand = recordingMetrics();
    runtime.providers.metrics.use(byHand.provider);
    assert.deepEqual(await byHand.collect(), { 'lag{job=early}': 5 });
  });

  it('are not read while they are switched off, by the family or as a whole', async () => {
    const { provider, collect } = recordingMetrics(AggregationTemporality.DELTA);
    metrics.setGlobalMeterProvider(provider);
    const modes: Record<string, FamilyMode> = {};
    const { manager, runtime } = woven(modes);
    const job = manager.start('switched');
    modes.tests = 'off';
    assert.deepEqual(await collect(), {});
    modes.tests = 'on';
    assert.deepEqual(await collect(), { 'lag{job=switched}': 0 });
    runtime.providers.enabled = false;
    assert.deepEqual(await collect(), {});
    assert.equal(job.lag, 0);
  });

  it('keep no object alive', async function () {
    await exposeGc();
    this.timeout(120_000);
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const { manager } = woven();
    for (let i = 0; i < 100; i++) manager.start(`job-${i}`);
    manager.jobs.clear();
    manager.start('kept');
    await collectGarbage();
    assert.deepEqual(Object.keys(await collect()), ['lag{job=kept}']);
  });

  it('hold an object that has changed until it has been read, though the application lets go of it', async function () {
    await exposeGc();
    this.timeout(120_000);
    const { provider, collect } = recordingMetrics(AggregationTemporality.DELTA);
    metrics.setGlobalMeterProvider(provider);
    const { manager } = woven();
    manager.change(manager.start('changed'), 7);
    manager.start('untouched');
    manager.jobs.clear();
    await collectGarbage();
    assert.deepEqual(await collect(), { 'lag{job=changed}': 7 });
    await collectGarbage();
    assert.deepEqual(await collect(), {});
  });

  it('cost nothing for objects that are gone, though nobody ever collects', async function () {
    await exposeGc();
    this.timeout(120_000);
    const { manager } = woven();
    const start = async () => {
      for (let i = 0; i < 20_000; i++) {
        manager.start('short-lived');
        if (i % 1000 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      manager.jobs.clear();
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        global.gc?.();
      }
      return process.memoryUsage().heapUsed;
    };
    await start();
    const before = await start();
    for (let i = 0; i < 3; i++) await start();
    const grown = ((await start()) - before) / 80_000;
    assert.ok(grown < 20, `${grown} bytes for each object`);
  });

  it('go on when one of the objects cannot be read', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const { manager } = woven();
    const broken = manager.start('broken');
    Object.defineProperty(broken, 'lag', {
      get() {
        throw new Error('no lag today');
      },
    });
    manager.start('sound');
    assert.deepEqual(await collect(), { 'lag{job=sound}': 0 });
  });
});

describe('sums that are kept in the process', () => {
  afterEach(() => metrics.disable());

  it('are right without any provider, and go on with one', async () => {
    const kept = { kind: 'counter', name: 'kept' } as const;
    const Bus = makeBus();
    const runtime = testRuntime();
    const attributes = { type: ({ args }: Handle) => args[0] };
    weaveClass(Bus, { methods: { handle: { metrics: [{ instrument: kept, keptBy: 'type', attributes }] } } }, runtime);
    const bus = new Bus();
    bus.handle('placed');
    bus.handle('placed');
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    bus.handle('placed');
    assert.deepEqual([runtime.tallies.sum(kept, 'placed'), runtime.tallies.sum(kept, 'unknown')], [3, 0]);
    assert.deepEqual(await collect(), { 'kept{type=placed}': 1 });
  });

  it('are right for each name, however few series an instrument may have; names without end are not kept', () => {
    const kept = { kind: 'counter', name: 'kept' } as const;
    const Bus = makeBus();
    const runtime = testRuntime({ cardinalityLimit: 3 });
    const attributes = { type: ({ args }: Handle) => args[0] };
    weaveClass(Bus, { methods: { handle: { metrics: [{ instrument: kept, keptBy: 'type', attributes }] } } }, runtime);
    const bus = new Bus();
    for (let i = 0; i < 10_100; i++) bus.handle(`type-${i}`);
    bus.handle('type-100');
    const sums = ['type-0', 'type-100', 'type-10099'].map((name) => runtime.tallies.sum(kept, name));
    assert.deepEqual(sums, [1, 2, 0]);
  });
});
