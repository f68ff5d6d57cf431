// SPDX-License-Identifier: Apache-2.0
// Applications that have metrics or logs alone register no context manager. Calls find the calls around them all the same.
import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import * as target from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import * as projections from 'eventsource/projections';
import { InMemoryCheckpointRepository, InMemoryDLQRepository } from 'eventsource/repositories';
import { InMemoryEventStore } from 'eventsource/stores';
import * as subscriptions from 'eventsource/subscriptions';
import { library } from '../../src/libraries/eventsource/index.js';
import { rows } from '../../src/weaving/aspect.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import type { Instrument } from '../../src/weaving/signals.js';
import { recordingLogs, recordingMetrics } from '../../testkit/signals.js';
import { startTelemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';
import { Deposited } from '../libraries/eventsource/accounts.js';

const counter: Instrument = { kind: 'counter', name: 'steps' };

describe('without a context manager', () => {
  it('a call of super is the same operation, and what a call finds out reaches the one around it', async () => {
    class Base {
      async run(step: () => unknown): Promise<unknown> {
        return step();
      }
    }
    class Derived extends Base {
      override async run(step: () => unknown): Promise<unknown> {
        await Promise.resolve();
        return super.run(step);
      }
      async find(): Promise<number> {
        return 7;
      }
    }
    const runtime = testRuntime();
    const { provider, sums } = recordingMetrics();
    runtime.providers.metrics.use(provider);
    const run = {
      metrics: [
        { instrument: counter, attributes: { found: ({ facts }: { facts: { found?: number } }) => facts.found } },
      ],
    };
    weaveClass(Base, { methods: rows<Base>({ run: run as never }) }, runtime);
    weaveClass(
      Derived,
      { methods: rows<Derived>({ run: run as never, find: { hands: ({ result }) => ({ found: result }) } }) },
      runtime,
    );
    const derived = new Derived();
    await derived.run(() => derived.find());
    assert.deepEqual(await sums(), { 'steps{found=7}': 1 });
  });

  it('calls side by side are told apart, and one that is over encloses nothing', async () => {
    class Steps {
      async outer(step: () => unknown): Promise<unknown> {
        return step();
      }
      async find(what: string): Promise<string> {
        return what;
      }
    }
    const runtime = testRuntime();
    const { provider, records } = recordingLogs();
    runtime.providers.logs.use(provider);
    weaveClass(
      Steps,
      {
        methods: rows<Steps>({
          outer: {
            logs: [
              {
                logger: 'steps',
                severity: 'info',
                body: ({ facts }) => String(facts.found),
                attributes: { span: () => trace.getSpan(context.active())?.spanContext().spanId },
              },
            ],
          },
          find: { hands: ({ result }) => ({ found: result }) },
        }),
      },
      runtime,
    );
    const steps = new Steps();
    const find = async (what: string) => {
      await Promise.resolve();
      await steps.find(what);
    };
    await Promise.all([steps.outer(() => find('a')), steps.outer(() => find('b')), steps.find('c')]);
    await steps.outer(() => 'nothing');
    assert.deepEqual(
      records.map(({ body }) => body),
      ['a', 'b', 'undefined'],
    );
  });

  it('spans have the parents that they have without us', async () => {
    class Steps {
      async outer(): Promise<void> {
        await this.inner();
      }
      async inner(): Promise<void> {}
    }
    const telemetry = startTelemetry();
    context.disable();
    try {
      const runtime = testRuntime();
      runtime.providers.logs.use(recordingLogs().provider);
      const logs = [{ logger: 'steps', severity: 'info', body: 'done' } as const];
      weaveClass(
        Steps,
        { methods: rows<Steps>({ outer: { span: 'outer', logs }, inner: { span: 'inner', logs } }) },
        runtime,
      );
      await new Steps().outer();
      assert.equal(telemetry.tree(), 'outer inner');
    } finally {
      telemetry.stop();
    }
  });

  it('a failure is told once, with what became of it', async () => {
    class Balances extends projections.CheckpointTrackingProjection {
      override subscribedTo() {
        return [Deposited];
      }
      override async processEvent(): Promise<void> {
        throw new Error('no such table');
      }
      override async truncateReadModels(): Promise<void> {}
    }
    const runtime = testRuntime();
    const { provider, records } = recordingLogs();
    runtime.providers.logs.use(provider);
    const undos = [target, projections, subscriptions].map(
      (exports) => weaveClasses(runtime, library.aspects, exports).undo,
    );
    try {
      const store = new InMemoryEventStore();
      const checkpointRepo = new InMemoryCheckpointRepository();
      const manager = new subscriptions.SubscriptionManager(store, new InMemoryEventBus(), checkpointRepo);
      const event = new Deposited({ aggregateId: crypto.randomUUID(), aggregateVersion: 1, amount: 1 });
      await store.appendEvents(event.aggregateId, event.aggregateType, [event], 0);
      const projection = new Balances({
        checkpointRepo,
        dlqRepo: new InMemoryDLQRepository(),
        retryPolicy: new projections.NoRetryPolicy(),
      });
      await manager.subscribe(projection, { name: 'balances', config: { startFrom: 'beginning' } });
      await manager.start();
      await manager.stop();
      const said = records.map(({ body }) => body as string);
      assert.ok(!said.includes('no history to read, straight to live events'), said.join('\n'));
      assert.deepEqual(
        records.filter(({ severityNumber = 0 }) => severityNumber >= 13).map(({ body }) => body),
        ['event given up, it is in the dead-letter queue'],
      );
    } finally {
      runtime.providers.enabled = false;
      for (const undo of undos) undo();
    }
  });
});
