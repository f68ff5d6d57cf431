// SPDX-License-Identifier: Apache-2.0
// Spans that are not to be where nothing has led to them, and what is there all the same.
import assert from 'node:assert/strict';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { rows } from '../../src/weaving/aspect.js';
import type { Instrument } from '../../src/weaving/signals.js';
import { recordingLogs, recordingMetrics } from '../../testkit/signals.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

const counter: Instrument = { kind: 'counter', name: 'calls' };

class Worker {
  async handle(_headers: object, step: () => unknown = () => {}): Promise<void> {
    await Promise.resolve();
    await step();
  }
  async batch(links: readonly object[], step: () => unknown = () => {}): Promise<void> {
    await this.handle(links, step);
  }
  async save(): Promise<void> {
    throw new RangeError('full');
  }
  *read(): Generator<number> {
    yield 1;
    yield 2;
  }
  open(): Promise<string> {
    return opened;
  }
}

const opened = Promise.resolve('opened');
const app = (name: string, work: () => unknown) =>
  trace.getTracer('app').startActiveSpan(name, async (span) => {
    await work();
    span.end();
  });
/** As they come with a message; without an argument, of one that nobody has traced. */
const headersOf = (spanId?: string) =>
  spanId === undefined ? {} : { traceparent: `00-0af7651916cd43dd8448eb211c80319c-${spanId}-01` };

describe('where spans need a parent', () => {
  let telemetry: Telemetry;
  const runtime = testRuntime({ requiresParent: true });

  before(() => {
    telemetry = startTelemetry();
    weaveClass(
      Worker,
      {
        methods: rows<Worker>({
          handle: {
            span: 'handle',
            context: { parent: ({ args: [headers] }) => (Array.isArray(headers) ? undefined : { carrier: headers }) },
            metrics: [{ instrument: counter, attributes: {} }],
            logs: [{ severity: 'info', logger: 'worker', body: 'handled' }],
          },
          batch: {
            span: 'batch',
            context: { parent: () => 'root', links: ({ args: [links] }) => links.map((carrier) => ({ carrier })) },
          },
          save: { span: 'save', late: () => true },
          read: { span: 'read', gives: 'iterator' },
          open: { span: 'open' },
        }),
      },
      runtime,
    );
  });
  afterEach(() => telemetry.reset());
  after(() => telemetry.stop());

  it('none is started below nothing, whatever the call gives, and the caller gets what the original gave', async () => {
    const worker = new Worker();
    assert.equal(worker.open(), opened);
    assert.deepEqual([...worker.read()], [1, 2]);
    await assert.rejects(worker.save(), RangeError);
    await worker.batch([], () => worker.open());
    assert.equal(telemetry.tree(), '');
  });

  it('all are started below a span of the application, as ever', async () => {
    const worker = new Worker();
    await app('request', async () => {
      await worker.open();
      assert.deepEqual([...worker.read()], [1, 2]);
      await assert.rejects(worker.save(), RangeError);
    });
    assert.equal(telemetry.tree(), 'request(open read save)');
  });

  it('a span that came with a message is a parent', async () => {
    const worker = new Worker();
    await worker.handle(headersOf('b7ad6b7169203331'), () => worker.open());
    assert.equal(telemetry.tree(), 'handle(open)');
    assert.equal(telemetry.spans()[1]?.parentSpanContext?.spanId, 'b7ad6b7169203331');
  });

  it('one of a message without a span is not started, and what it does is not below who started the loop', async () => {
    const worker = new Worker();
    const seen: unknown[] = [];
    const loop = () =>
      worker.handle(headersOf(), () => {
        seen.push(trace.getSpan(context.active()));
        return worker.open();
      });
    await app('start', loop);
    await worker.handle(headersOf('b7ad6b7169203331'), loop);
    assert.equal(telemetry.tree(), 'start handle');
    assert.deepEqual(seen, [undefined, undefined]);
  });

  it('one that begins a trace by design is started where it is linked to another', async () => {
    const worker = new Worker();
    await app('start', async () => {
      await worker.batch([headersOf()], () => worker.open());
      await worker.batch([headersOf('b7ad6b7169203331'), headersOf()], () => worker.open());
    });
    assert.equal(telemetry.tree(), 'start batch(handle(open))');
    const batch = telemetry.spans().find(({ name }) => name === 'batch');
    assert.deepEqual([batch?.parentSpanContext, batch?.links.length], [undefined, 1]);
  });

  it('a parent that is not sampled is one, and one that is not valid is none', () => {
    const started: string[] = [];
    const startSpan = (name: string) => {
      started.push(name);
      return trace.wrapSpanContext(NOWHERE);
    };
    const provider = { getTracer: () => ({ startSpan }) };
    runtime.providers.traces.use(provider as never);
    try {
      context.with(trace.setSpanContext(ROOT_CONTEXT, { ...NOWHERE, spanId: 'b7ad6b7169203331' }), () => {
        new Worker().open();
      });
      assert.deepEqual(started, []);
      const unsampled = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };
      context.with(trace.setSpanContext(ROOT_CONTEXT, unsampled), () => new Worker().open());
      assert.deepEqual(started, ['open']);
    } finally {
      runtime.providers.traces.use(undefined);
    }
  });

  it('baggage of the message holds below it all the same', async () => {
    const bag = propagation.createBaggage({ tenant: { value: 't-1' } });
    const seen: unknown[] = [];
    await context.with(propagation.setBaggage(ROOT_CONTEXT, bag), () =>
      new Worker().batch([], () => seen.push(propagation.getActiveBaggage()?.getEntry('tenant')?.value)),
    );
    assert.deepEqual(seen, ['t-1']);
  });

  it('calls are measured and told as ever', async () => {
    const { provider, sums } = recordingMetrics();
    const { provider: logs, records } = recordingLogs();
    runtime.providers.metrics.use(provider);
    runtime.providers.logs.use(logs);
    try {
      await new Worker().handle(headersOf());
      assert.deepEqual(await sums(), { calls: 1 });
      assert.deepEqual(
        records.map(({ body }) => body),
        ['handled'],
      );
      assert.equal(telemetry.tree(), '');
    } finally {
      runtime.providers.metrics.use(undefined);
      runtime.providers.logs.use(undefined);
    }
  });

  it('all are started again once the option is off', async () => {
    const before = runtime.settings;
    runtime.settings = { ...before, requiresParent: false };
    try {
      await new Worker().open();
      assert.equal(telemetry.tree(), 'open');
    } finally {
      runtime.settings = before;
    }
  });
});

const NOWHERE = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
