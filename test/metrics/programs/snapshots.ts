// SPDX-License-Identifier: Apache-2.0
// `snapshots.js [weave]`: what `getMetrics` says of subscriptions, as JSON. No SDK is there. `weave`: woven by hand.
import * as eventsource from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import { InMemoryCheckpointRepository } from 'eventsource/repositories';
import { InMemoryEventStore } from 'eventsource/stores';
import * as subscriptions from 'eventsource/subscriptions';
import { weave } from '../../../src/index.js';
import { getMetrics, type SubscriptionSnapshot } from '../../../src/metrics.js';
import { Account, Deposited } from '../../libraries/eventsource/accounts.js';

export type Snapshots = Readonly<Record<string, SubscriptionSnapshot>>;

if (process.argv[2] === 'weave') for (const exports of [eventsource, subscriptions]) weave(exports);

const store = new InMemoryEventStore();
const bus = new InMemoryEventBus();
const newManager = (options = {}) =>
  new subscriptions.SubscriptionManager(store, bus, new InMemoryCheckpointRepository(), options);
const accounts = new eventsource.AggregateRepository(store, Account, 'Account', { eventPublisher: bus });
const manager = newManager();
const snapshots: Record<string, SubscriptionSnapshot> = {};

function note(moment: string, name = moment): void {
  const { totalProcessingTimeMs, ...snapshot } = getMetrics(name).getSnapshot();
  // How long it took is of no interest, but that it took some time is.
  snapshots[moment] = { ...snapshot, totalProcessingTimeMs: Math.sign(totalProcessingTimeMs) };
}

async function deposit(amount: number): Promise<void> {
  const account = accounts.createNew(crypto.randomUUID());
  account.move(amount);
  await accounts.save(account);
}

const feed = (poison?: number) => ({
  async handle(event: eventsource.DomainEvent) {
    if ((event as Deposited).amount === poison) throw new TypeError(`no ${poison}`);
  },
  subscribedTo: () => [Deposited],
});
const config = { startFrom: 'beginning' } as const;

note('unknown');
await deposit(1);
await manager.subscribe(feed(), { name: 'starting', config });
for (const name of ['running', 'paused', 'stopped']) await manager.subscribe(feed(13), { name, config });
await manager.subscribe(feed(1), { name: 'failed', config: { ...config, continueOnError: false } });
await manager.start({ subscriptionNames: ['running', 'paused', 'stopped', 'failed'] });
await deposit(13);
await manager.pauseSubscription('paused');
await manager.stop({ subscriptionNames: ['stopped'] });
await deposit(2);
for (const name of ['starting', 'running', 'paused', 'stopped', 'failed']) note(name);

const other = newManager();
await other.subscribe(feed(), { name: 'running', config });
note('two of one name', 'running');
await other.start();
note('two of one name, both live', 'running');
await other.stop();
await other.unsubscribe('running');
note('one of two unsubscribed', 'running');

const unmeasured = newManager({ enableMetrics: false });
await unmeasured.subscribe(feed(), { name: 'unmeasured', config });
await unmeasured.start();
note('unmeasured');
await manager.unsubscribe('stopped');
note('unsubscribed', 'stopped');

const unheard = new eventsource.AggregateRepository(store, Account, 'Account');
const account = unheard.createNew(crypto.randomUUID());
account.move(3);
await unheard.save(account);
note('nobody published', 'running');
console.log(JSON.stringify(snapshots));
