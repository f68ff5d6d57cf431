// What an operator should be woken for, or look at in the morning. Each rule has a scenario that fires it and one that does not,
// for `promtool test rules`.

const AGGREGATE = 'eventsource.aggregate.type';
const COMPONENT = 'eventsource.component';
const PROJECTION = 'eventsource.projection.name';
const SUBSCRIPTION = 'eventsource.subscription.name';
const OUTCOME = 'eventsource.snapshot.outcome';

/** @param q what `queriesIn` gives */
export function alertsOf(q) {
  return [
    {
      alert: 'EventSourceSubscriptionStalled',
      expr: `${q.value('eventsource.subscription.activity', { by: [SUBSCRIPTION] })} == 3`,
      for: '1m',
      severity: 'critical',
      summary: 'Subscription {{ $labels.eventsource_subscription_name }} has events to handle and does not move',
      remedy:
        'Its handler hangs, or the store cannot be read: look at the span that does not end, and at its last log record.',
    },
    {
      alert: 'EventSourceSubscriptionFailed',
      expr: `${q.value('subscription.state', { by: ['subscription'] })} == 6`,
      for: '0m',
      severity: 'critical',
      summary: 'Subscription {{ $labels.subscription }} has failed and is not running',
      remedy: 'It may be started again once the cause is gone; its checkpoint is behind the event that it failed on.',
    },
    {
      alert: 'EventSourceSubscriptionBehind',
      expr: `${q.value('eventsource.subscription.lag.time', { by: [SUBSCRIPTION] })} > 300`,
      for: '10m',
      severity: 'warning',
      summary: 'Subscription {{ $labels.eventsource_subscription_name }} is {{ $value | humanizeDuration }} behind',
      remedy:
        'Compare the rates of appending and of handling; if it catches up, its estimate tells how long that takes.',
    },
    {
      alert: 'EventSourceProjectionFailing',
      expr: `${q.rate('eventsource.projection.duration', { by: [PROJECTION], where: { 'error.type': '!=""' } })} > 0`,
      for: '5m',
      severity: 'warning',
      summary: 'Projection {{ $labels.eventsource_projection_name }} fails on events',
      remedy: 'What it failed on is in the dead-letter queue after the last try.',
    },
    {
      alert: 'EventSourceDeadLetters',
      expr: `${q.increase('eventsource.dead_letters.added', { by: [COMPONENT, 'error.type'], over: '15m' })} > 0`,
      for: '0m',
      severity: 'warning',
      summary: '{{ $labels.eventsource_component }} has put events aside because of {{ $labels.error_type }}',
      remedy: 'Mend the cause, then handle them again.',
    },
    {
      alert: 'EventSourceManyConflicts',
      expr: `${q.share('eventsource.append.conflicts', 'eventsource.append.duration', { by: [AGGREGATE] })} > 0.1`,
      for: '10m',
      severity: 'warning',
      summary:
        '{{ $value | humanizePercentage }} of the appends to {{ $labels.eventsource_aggregate_type }} lose an optimistic race',
      remedy: 'Commands meet at the same aggregate: smaller aggregates, or one at a time.',
    },
    {
      alert: 'EventSourceSlowAppends',
      expr: `${q.quantile(0.95, 'eventsource.append.duration', { by: [COMPONENT] })} > 1`,
      for: '10m',
      severity: 'warning',
      summary:
        '5 % of the appends to {{ $labels.eventsource_component }} take longer than {{ $value | humanizeDuration }}',
      remedy: 'The database is slow or short of connections; the spans of appends tell which.',
    },
    {
      alert: 'EventSourceSnapshotNeeded',
      expr: `${q.mean('eventsource.load.events', { by: [AGGREGATE], where: { [OUTCOME]: '!="hit"' } })} > 500`,
      for: '30m',
      severity: 'info',
      summary: 'A load of {{ $labels.eventsource_aggregate_type }} replays {{ $value | humanize }} events on average',
      remedy: 'Take snapshots of it, or shorter streams.',
    },
    {
      alert: 'EventSourceOutboxStuck',
      expr: `${q.value('eventsource.outbox.oldest_age', { by: [COMPONENT] })} > 300`,
      for: '5m',
      severity: 'critical',
      summary: 'An event has waited for {{ $value | humanizeDuration }} in {{ $labels.eventsource_component }}',
      remedy: 'Nobody publishes the outbox, or the broker does not take it.',
    },
    {
      alert: 'EventSourceEventsMissing',
      expr: `${q.increase('eventsource.delivery.anomalies', { where: { 'eventsource.anomaly': '="gap"' }, over: '15m' })} > 0`,
      for: '0m',
      severity: 'critical',
      summary: 'Events are missing from a stream',
      remedy: 'The log record of the read names the stream; compare the versions in the store.',
    },
  ];
}
