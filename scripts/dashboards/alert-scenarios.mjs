// For each alert what an application measures when it should fire, and what when it should not. Samples are a minute apart, in
// the notation of promtool: `0+5x60` grows by 5 each minute for an hour, `3x60` stays.
import { underscored } from './instruments.mjs';

const LENGTH = 60;
const stays = (value) => `${value}x${LENGTH}`;
const grows = (step) => `0+${step}x${LENGTH}`;

/** @param nameOf the name of an instrument in Prometheus */
export function scenariosIn(nameOf) {
  const series = (name, labels, suffix = '') =>
    `${nameOf(name)}${suffix}{${Object.entries({ ...labels, instance: 'shop:9464' })
      .map(([label, value]) => `${underscored(label)}="${value}"`)
      .join(', ')}}`;
  /** Calls of a histogram: how many a minute, and how many of them within the bound. */
  const histogram = (name, labels, { perMinute, within, bound, sum = 0 }) => [
    [series(name, { ...labels, le: bound }, '_bucket'), grows(within)],
    [series(name, { ...labels, le: bound * 2 }, '_bucket'), grows(perMinute)],
    [series(name, { ...labels, le: '+Inf' }, '_bucket'), grows(perMinute)],
    [series(name, labels, '_count'), grows(perMinute)],
    [series(name, labels, '_sum'), grows(sum)],
  ];

  const stock = { 'eventsource.subscription.name': 'stock' };
  const activity = (value) => [[series('eventsource.subscription.activity', stock), value]];
  const lagTime = (value) => [[series('eventsource.subscription.lag.time', stock), value]];
  const state = (value) => [[series('subscription.state', { subscription: 'stock' }), stays(value)]];
  const projection = { 'eventsource.projection.name': 'sales' };
  const order = { 'eventsource.aggregate.type': 'Order' };
  const store = { 'eventsource.component': 'SQLiteEventStore' };
  const deadLetter = { 'eventsource.component': 'SQLiteDLQRepository', 'error.type': 'RangeError' };
  const oldest = (value) => [
    [series('eventsource.outbox.oldest_age', { 'eventsource.component': 'SQLiteOutboxRepository' }), value],
  ];
  const anomalies = (kind, values) => [
    [series('eventsource.delivery.anomalies', { ...store, 'eventsource.anomaly': kind }), values],
  ];
  const conflicts = (perMinute) => [
    [series('eventsource.append.conflicts', { ...store, ...order }), grows(perMinute)],
    ...histogram('eventsource.append.duration', { ...store, ...order }, { perMinute: 60, within: 60, bound: 0.1 }),
  ];
  const appends = (within) =>
    histogram('eventsource.append.duration', { ...store, ...order }, { perMinute: 100, within, bound: 1 });
  const loads = (outcome, events) =>
    histogram(
      'eventsource.load.events',
      { ...order, 'eventsource.snapshot.outcome': outcome },
      { perMinute: 10, within: 10, bound: 1000, sum: 10 * events },
    );

  return {
    EventSourceSubscriptionStalled: {
      fires: {
        series: activity(stays(3)),
        labels: labelled(stock),
        summary: 'Subscription stock has events to handle and does not move',
      },
      // One that has nothing to do is idle, and one that is behind and moves is behind.
      quiet: { series: activity(`${stays(1)} 2 2 2 2 2`) },
    },
    EventSourceSubscriptionFailed: {
      fires: {
        series: state(6),
        labels: { subscription: 'stock' },
        summary: 'Subscription stock has failed and is not running',
      },
      quiet: { series: state(5) },
    },
    EventSourceSubscriptionBehind: {
      fires: { series: lagTime(stays(400)), labels: labelled(stock), summary: 'Subscription stock is 6m 40s behind' },
      quiet: { series: lagTime(`${'400 400 400 400 0 '.repeat(12)}0`) },
    },
    EventSourceProjectionFailing: {
      fires: {
        series: histogram(
          'eventsource.projection.duration',
          { ...projection, 'error.type': 'TypeError' },
          { perMinute: 2, within: 2, bound: 0.1 },
        ),
        labels: labelled(projection),
        summary: 'Projection sales fails on events',
      },
      quiet: {
        series: histogram('eventsource.projection.duration', projection, { perMinute: 50, within: 50, bound: 0.1 }),
      },
    },
    EventSourceDeadLetters: {
      fires: {
        series: [[series('eventsource.dead_letters.added', deadLetter), '0x35 1x30']],
        labels: labelled(deadLetter),
        summary: 'SQLiteDLQRepository has put events aside because of RangeError',
      },
      quiet: { series: [[series('eventsource.dead_letters.added', deadLetter), stays(7)]] },
    },
    EventSourceManyConflicts: {
      fires: {
        series: conflicts(30),
        labels: labelled(order),
        summary: '50% of the appends to Order lose an optimistic race',
      },
      quiet: { series: conflicts(3) },
    },
    EventSourceSlowAppends: {
      fires: {
        series: appends(50),
        labels: labelled(store),
        summary: '5 % of the appends to SQLiteEventStore take longer than 1.9s',
      },
      quiet: { series: appends(99) },
    },
    EventSourceSnapshotNeeded: {
      at: '50m',
      fires: {
        series: loads('none', 800),
        labels: labelled(order),
        summary: 'A load of Order replays 800 events on average',
      },
      // As many events after a snapshot are the snapshot's business: it is there.
      quiet: { series: [...loads('hit', 800), ...loads('miss', 20)] },
    },
    EventSourceOutboxStuck: {
      fires: {
        series: oldest('0+60x60'),
        labels: { eventsource_component: 'SQLiteOutboxRepository' },
        summary: 'An event has waited for 40m 0s in SQLiteOutboxRepository',
      },
      quiet: { series: oldest(stays(20)) },
    },
    EventSourceEventsMissing: {
      fires: { series: anomalies('gap', '0x35 2x30'), labels: {}, summary: 'Events are missing from a stream' },
      quiet: { series: anomalies('duplicate', grows(3)) },
    },
  };
}

function labelled(attributes) {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [underscored(name), value]));
}
