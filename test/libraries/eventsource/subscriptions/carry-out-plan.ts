// SPDX-License-Identifier: Apache-2.0
// An application that saves accounts and feeds two subscribers, and is paused, restarted cleanly and crashed as a plan says.
import assert from 'node:assert/strict';
import { AggregateRepository, type DomainEvent } from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import type { CheckpointRepository } from 'eventsource/repositories';
import type { EventStore } from 'eventsource/stores';
import { type Subscription, type SubscriptionConfigOptions, SubscriptionManager } from 'eventsource/subscriptions';
import { Account, Deposited, type Storage, Withdrawn } from '../accounts.js';

export const tenants = ['acme', 'globex', null] as const;

/** One subscriber gets all events, the other those of one tenant. */
export const subscribers = {
  Ledger: {},
  AcmeOnly: { tenantId: tenants[0] },
} as const satisfies Record<string, SubscriptionConfigOptions>;
export type SubscriberName = keyof typeof subscribers;

const subscriberNames = Object.keys(subscribers) as SubscriberName[];

export type Action =
  | { readonly do: 'save'; readonly account: number; readonly amounts: readonly number[] }
  | { readonly do: 'pause' | 'resume'; readonly subscriber: SubscriberName }
  | { readonly do: 'restart' | 'crash' };

export interface Plan {
  /** Each with the turns of the event loop before the next one. */
  readonly steps: readonly { readonly action: Action; readonly turns: number }[];
  readonly config: SubscriptionConfigOptions;
  /** Turns that handling an event takes, and that writing a checkpoint takes; over and over. */
  readonly handling: readonly number[];
  readonly writing: readonly number[];
}

/** One subscription from its start to its end. */
export interface Run {
  readonly subscription: Subscription;
  /** Ids of the events handled. */
  readonly seen: string[];
  end: 'stop' | 'crash' | undefined;
}

export type Runs = Readonly<Record<SubscriberName, Run[]>>;

/** One process: what is lost in a crash. What it still does after that reaches nobody. */
interface Process {
  alive: boolean;
  readonly repository: AggregateRepository<Account>;
  readonly bus: InMemoryEventBus;
  readonly checkpoints: CheckpointRepository;
  /** Writes under way: a crash comes before or after one, never in the middle. */
  readonly writes: Set<Promise<unknown>>;
  saves: Promise<void>;
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Carries out a plan, and after it one more run, so that everything saved can have been handled. */
export async function carryOut({ store, checkpoints }: Storage, plan: Plan): Promise<Runs> {
  const runs: Runs = { Ledger: [], AcmeOnly: [] };
  const handling = cycle(plan.handling);
  const writing = cycle(plan.writing);
  const managers: SubscriptionManager[] = [];
  let pending: Promise<unknown>[] = [];
  let process = begin();
  let manager = await start();

  function begin(): Process {
    const writes = new Set<Promise<unknown>>();
    const write = async <T>(work: () => Promise<T>): Promise<T> => {
      if (!begun.alive) throw new Error('The process is dead.');
      const written = work();
      writes.add(written);
      return written.finally(() => writes.delete(written));
    };
    const ownStore = Object.assign(Object.create(store) as EventStore, {
      appendEvents: (...args: Parameters<EventStore['appendEvents']>) => write(() => store.appendEvents(...args)),
    });
    const ownCheckpoints = Object.assign(Object.create(checkpoints) as CheckpointRepository, {
      async savePosition(...args: Parameters<CheckpointRepository['savePosition']>) {
        await turns(writing());
        await write(() => checkpoints.savePosition(...args));
      },
    });
    const bus = new InMemoryEventBus();
    const begun: Process = {
      alive: true,
      repository: new AggregateRepository(ownStore, Account, 'Account', { eventPublisher: bus }),
      bus,
      checkpoints: ownCheckpoints,
      writes,
      saves: Promise.resolve(),
    };
    return begun;
  }

  async function start(): Promise<SubscriptionManager> {
    const started = new SubscriptionManager(store, process.bus, process.checkpoints);
    managers.push(started);
    for (const name of subscriberNames) await subscribe(started, name);
    pending.push(started.start());
    // A start reads its position before anything else happens.
    await turns(1);
    return started;
  }

  async function subscribe(started: SubscriptionManager, name: SubscriberName): Promise<void> {
    const seen: string[] = [];
    const subscriber = {
      subscribedTo: () => [Deposited, Withdrawn],
      async handle({ eventId }: DomainEvent) {
        await turns(handling());
        if (run.end !== 'crash') seen.push(eventId);
      },
    };
    // The shortest wait that there is: a dead process's writes must not be tried again for seconds.
    const config = { ...plan.config, ...subscribers[name], maxRetries: 0 };
    const run: Run = { subscription: await started.subscribe(subscriber, { name, config }), seen, end: undefined };
    runs[name].push(run);
  }

  function end(how: 'stop' | 'crash'): void {
    for (const name of subscriberNames) (runs[name].at(-1) as Run).end = how;
  }

  const actions = {
    save({ account, amounts }: Extract<Action, { do: 'save' }>) {
      const saving = process;
      const save = async () => {
        if (!saving.alive) return;
        const aggregate = await saving.repository.loadOrCreate(`account-${account}`);
        for (const amount of amounts) aggregate.move(amount, tenants[account]);
        await saving.repository.save(aggregate);
      };
      saving.saves = saving.saves
        .then(save)
        .catch((error: unknown) => assert.equal(saving.alive, false, String(error)));
    },
    async pause({ subscriber }: { subscriber: SubscriberName }) {
      await manager.pauseSubscription(subscriber);
    },
    resume({ subscriber }: { subscriber: SubscriberName }) {
      pending.push(manager.resumeSubscription(subscriber));
    },
    /** A clean stop and new subscriptions, while saves go on. */
    async restart() {
      await manager.stop();
      end('stop');
      manager = await start();
    },
    async crash() {
      end('crash');
      process.alive = false;
      await Promise.allSettled(process.writes);
      for (const forgotten of pending) forgotten.catch(() => {});
      pending = [];
      process = begin();
      manager = await start();
    },
  };

  for (const { action, turns: count } of plan.steps) {
    await (actions[action.do] as (action: Action) => unknown)(action);
    await turns(count);
  }
  for (const subscriber of subscriberNames) actions.resume({ subscriber });
  await Promise.all([process.saves, ...pending]);
  await actions.restart();
  await Promise.all(pending);
  // Those that crashed may stand paused in the middle of something.
  await Promise.all(managers.map((started) => started.stop()));
  end('stop');
  return runs;
}

/** One number after another, over and over. */
function cycle(numbers: readonly number[]): () => number {
  let at = 0;
  return () => numbers[at++ % numbers.length] ?? 0;
}
