// SPDX-License-Identifier: Apache-2.0
// The law of a woven subscription: it delivers as the bare one does, and every span that it starts ends.
import assert from 'node:assert/strict';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { EventStore } from 'eventsource/stores';
import fc from 'fast-check';
import { idOf } from '../../../../testkit/woven-library.js';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { type BackEnd, openStorage } from '../accounts.js';
import { type Action, carryOut, type Plan, type Run, type Runs, subscribers, tenants } from './carry-out-plan.js';

const names = ['Ledger', 'AcmeOnly'] as const satisfies readonly (keyof typeof subscribers)[];

const save = fc.record({
  do: fc.constant('save' as const),
  account: fc.nat({ max: tenants.length - 1 }),
  amounts: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 3 }),
});
const hold = fc.record({
  do: fc.constantFrom('pause' as const, 'resume' as const),
  subscriber: fc.constantFrom(...names),
});
const end = fc.record({ do: fc.constantFrom('restart' as const, 'restart' as const, 'crash' as const) });
const action: fc.Arbitrary<Action> = fc.oneof({ arbitrary: save, weight: 5 }, { arbitrary: hold, weight: 3 }, end);
const someTurns = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 5 });

const plans: fc.Arbitrary<Plan> = fc.record({
  steps: fc.array(fc.record({ action, turns: fc.nat({ max: 5 }) }), { minLength: 1, maxLength: 25 }),
  config: fc.record({
    batchSize: fc.integer({ min: 1, max: 4 }),
    maxInFlight: fc.integer({ min: 1, max: 3 }),
    checkpointStrategy: fc.constantFrom('every_event' as const, 'every_batch' as const, 'periodic' as const),
  }),
  handling: someTurns,
  writing: someTurns,
});

const FIXED_SEED = 1789;

describe('woven subscriptions under interleaved saves, pauses, resumes, clean stops and crashes', function () {
  this.timeout(120_000);
  this.slow(10_000);
  let woven: WovenTarget;
  before(() => {
    woven = weaveTarget();
  });
  after(() => woven.stop());

  for (const { backEnd, numRuns } of [
    { backEnd: 'memory', numRuns: 200 },
    { backEnd: 'sqlite', numRuns: 60 },
  ] as const) {
    it(`deliver every event and end every span (${backEnd})`, () => holds(backEnd, { seed: FIXED_SEED, numRuns }));
    // The seed stands in the message of a failure.
    it(`deliver every event and end every span for random plans too (${backEnd})`, () =>
      holds(backEnd, { numRuns: numRuns / 2 }));
  }

  async function holds(backEnd: BackEnd, parameters: fc.Parameters<[Plan]>): Promise<void> {
    const seen = { buffered: 0, live: 0, caughtUp: 0 };
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        woven.reset();
        const storage = await openStorage(backEnd);
        try {
          const runs = await carryOut(storage, plan);
          await woven.quiet();
          await assertDelivered(storage.store, runs);
          assertSpansAreWhole(woven, seen);
        } finally {
          await storage.close();
        }
      }),
      parameters,
    );
    // None of the ways to a subscriber was left out.
    assert.deepEqual(
      Object.entries(seen).filter(([, count]) => count === 0),
      [],
    );
  }
});

/** The store itself says what was to be delivered. */
async function assertDelivered(store: EventStore, runs: Runs): Promise<void> {
  const all: { id: string; position: number; tenant: string | null }[] = [];
  for await (const { event, globalPosition } of store.readAll()) {
    all.push({ id: event.eventId, position: globalPosition, tenant: event.tenantId });
  }
  for (const name of names) {
    const filter = 'tenantId' in subscribers[name] ? subscribers[name].tenantId : undefined;
    const matching = all.filter(({ tenant }) => filter === undefined || tenant === filter);
    assertInOrder(matching, runs[name], name);
  }
}

/**
 * Each run begins right behind its checkpoint and leaves nothing out. Behind a clean stop that is where the run before
 * ended, so that nothing comes twice.
 */
function assertInOrder(
  matching: readonly { id: string; position: number }[],
  runs: readonly Run[],
  name: string,
): void {
  let delivered = 0;
  let previous: { end: Run['end']; reached: number } = { end: 'stop', reached: 0 };
  for (const { subscription, seen, end } of runs) {
    // Stopped before it knew where to begin.
    if (subscription.startPosition === undefined) continue;
    const { startPosition } = subscription;
    const from = matching.filter(({ position }) => position <= startPosition).length;
    const reached = from + seen.length;
    const due = matching.slice(from, reached).map(({ id }) => id);
    assert.deepEqual(seen, due, name);
    if (previous.end === 'stop') assert.equal(from, previous.reached, `${name}: after a clean stop`);
    assert.ok(from <= delivered, `${name}: a checkpoint is ahead of what was handled`);
    delivered = Math.max(delivered, reached);
    previous = { end, reached };
  }
  assert.equal(delivered, matching.length, `${name}: events that nobody got`);
}

function assertSpansAreWhole(woven: WovenTarget, seen: { buffered: number; live: number; caughtUp: number }): void {
  assert.deepEqual(woven.open(), []);
  const ended = woven.ended();
  const byId = new Map(ended.map((span) => [idOf(span), span]));
  assert.equal(byId.size, ended.length, 'a span ended twice');
  for (const span of ended) {
    assert.ok(!isBefore(span.endTime, span.startTime), `${span.name} ended before it started`);
    if (span.name === 'eventsource.catchup_runner.deliver_event') seen.caughtUp += 1;
    if (span.name === 'eventsource.live_runner.process_event') assertArrival(span, byId, seen);
  }
}

/** A live event is handled below the `handle` span that brought it, or linked to it when it has waited in a buffer. */
function assertArrival(
  span: ReadableSpan,
  byId: ReadonlyMap<string, ReadableSpan>,
  seen: { buffered: number; live: number },
): void {
  const parent = byId.get(span.parentSpanContext?.spanId ?? '');
  const isLive = parent?.name === 'eventsource.event_bus.handle';
  seen[isLive ? 'live' : 'buffered'] += 1;
  const links = span.links.map(({ context }) => byId.get(context.spanId));
  assert.equal(links.length, isLive ? 0 : 1, `${span.name} below ${parent?.name}`);
  const arrival = isLive ? parent : links[0];
  assert.equal(arrival?.name, 'eventsource.event_bus.handle');
  for (const key of ['eventsource.event.id', 'eventsource.tenant.id']) {
    assert.equal(span.attributes[key], arrival?.attributes[key], key);
  }
  if (!isLive)
    assert.match(String(parent?.name), /^eventsource\.live_runner\.(process_buffer|process_pause_buffer|stop)$/);
}

function isBefore(
  [seconds, nanos]: ReadableSpan['endTime'],
  [otherSeconds, otherNanos]: ReadableSpan['startTime'],
): boolean {
  return seconds < otherSeconds || (seconds === otherSeconds && nanos < otherNanos);
}
