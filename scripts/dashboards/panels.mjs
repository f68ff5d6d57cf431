// What the dashboard shows, row by row: each panel answers a question, in the words of the field.

const AGGREGATE = 'eventsource.aggregate.type';
const COMPONENT = 'eventsource.component';
const COMMAND = 'eventsource.command.type';
const QUERY = 'eventsource.query.type';
const PROJECTION = 'eventsource.projection.name';
const SUBSCRIPTION = 'eventsource.subscription.name';
const OUTCOME = 'eventsource.snapshot.outcome';

/** @param q what `queriesIn` gives */
export function rowsOf(q) {
  const line = (title, unit, ...targets) => ({ type: 'timeseries', title, unit, targets });
  const by = (name, attribute, expr, text = '') => ({
    expr,
    legend: `{{${q.label(name, attribute)}}}${text === '' ? '' : ` ${text}`}`,
  });
  const quantiles = (name, options = {}) =>
    [0.5, 0.95, 0.99].map((part) => ({ expr: q.quantile(part, name, options), legend: `p${part * 100}` }));
  const p95 = (name, attribute, where = {}, text = '') =>
    by(name, attribute, q.quantile(0.95, name, { by: [attribute], where }), text);
  const rates = (name, attribute, text = '') => by(name, attribute, q.rate(name, { by: [attribute] }), text);

  return [
    {
      title: 'Throughput',
      panels: [
        line('Events appended', 'evtps', rates('eventsource.append.events', AGGREGATE)),
        line(
          'Events handled by subscriptions',
          'evtps',
          rates('subscription.events.processed', 'subscription', 'handled'),
          rates('subscription.events.failed', 'subscription', 'failed'),
        ),
        line('Events handled by projections', 'evtps', rates('eventsource.projection.duration', PROJECTION)),
      ],
    },
    {
      title: 'Latency',
      panels: [
        line('Appends', 's', ...quantiles('eventsource.append.duration')),
        line('Appends by store, 95 %', 's', p95('eventsource.append.duration', COMPONENT)),
        line('Handling by subscription, 95 %', 'ms', p95('subscription.processing.duration', 'subscription')),
        line('Handling by projection, 95 %', 's', p95('eventsource.projection.duration', PROJECTION)),
        line('From the event to its handling, 95 %', 's', p95('eventsource.queue.duration', SUBSCRIPTION)),
      ],
    },
    {
      title: 'Commands and queries',
      panels: [
        line('Commands handled', 'ops', rates('eventsource.command.duration', COMMAND)),
        line(
          'Commands that failed',
          'ops',
          by(
            'eventsource.command.duration',
            COMMAND,
            q.rate('eventsource.command.duration', { by: [COMMAND], where: { 'error.type': '!=""' } }),
          ),
        ),
        line('Commands, 95 %', 's', p95('eventsource.command.duration', COMMAND)),
        line('Queries, 95 %', 's', p95('eventsource.query.duration', QUERY)),
      ],
    },
    {
      title: 'Conflicts',
      panels: [
        line('Appends that lost an optimistic race', 'ops', rates('eventsource.append.conflicts', AGGREGATE)),
        line(
          'Share of appends that lost',
          'percentunit',
          by(
            'eventsource.append.conflicts',
            AGGREGATE,
            q.share('eventsource.append.conflicts', 'eventsource.append.duration', { by: [AGGREGATE] }),
          ),
        ),
      ],
    },
    {
      title: 'Cost of replays',
      panels: [
        line('Events replayed by a load, 95 %', 'short', p95('eventsource.load.events', AGGREGATE)),
        line('Time of reading, 95 %', 's', p95('eventsource.read.duration', AGGREGATE)),
        line('Time of folding, 95 %', 's', p95('eventsource.fold.duration', AGGREGATE)),
        {
          type: 'table',
          title: 'Who needs a snapshot? Events replayed on average by loads without one',
          unit: 'short',
          targets: [
            {
              expr: `topk(10, ${q.mean('eventsource.load.events', { by: [AGGREGATE], where: { [OUTCOME]: '!="hit"' } })})`,
              legend: `{{${q.label('eventsource.load.events', AGGREGATE)}}}`,
            },
          ],
        },
        line('Snapshots looked for', 'ops', rates('eventsource.snapshot.lookups', OUTCOME)),
        line(
          'Age of the snapshots used, in events, 95 %',
          'short',
          p95('eventsource.load.events', AGGREGATE, { [OUTCOME]: '="hit"' }),
        ),
      ],
    },
    {
      title: 'Lag and progress',
      panels: [
        line('Lag in events', 'short', gauge(q, by, 'subscription.lag', 'subscription')),
        line('Lag in seconds', 's', gauge(q, by, 'eventsource.subscription.lag.time', SUBSCRIPTION)),
        line(
          'Catch-up: events done and to do',
          'short',
          gauge(q, by, 'eventsource.subscription.catch_up.done', SUBSCRIPTION, 'done'),
          gauge(q, by, 'eventsource.subscription.catch_up.target', SUBSCRIPTION, 'target'),
        ),
        line(
          'Catch-up: events a second',
          'evtps',
          gauge(q, by, 'eventsource.subscription.catch_up.rate', SUBSCRIPTION),
        ),
        line(
          'Catch-up: time left',
          's',
          gauge(q, by, 'eventsource.subscription.catch_up.remaining_time', SUBSCRIPTION),
        ),
        line(
          'Rebuild of projections: events done and to do',
          'short',
          gauge(q, by, 'eventsource.projection.rebuild.done', PROJECTION, 'done'),
          gauge(q, by, 'eventsource.projection.rebuild.target', PROJECTION, 'target'),
        ),
        line(
          'Rebuild of projections: time left',
          's',
          gauge(q, by, 'eventsource.projection.rebuild.remaining_time', PROJECTION),
        ),
      ],
    },
    {
      title: 'Stuck, not idle',
      panels: [
        {
          ...line('Activity', 'short', gauge(q, by, 'eventsource.subscription.activity', SUBSCRIPTION)),
          type: 'state-timeline',
          values: { 0: ['not running', 'text'], 1: ['idle', 'green'], 2: ['behind', 'yellow'], 3: ['stalled', 'red'] },
        },
        {
          ...line('State', 'short', gauge(q, by, 'subscription.state', 'subscription')),
          type: 'state-timeline',
          values: {
            1: ['starting', 'blue'],
            2: ['catching up', 'yellow'],
            3: ['live', 'green'],
            4: ['paused', 'purple'],
            5: ['stopped', 'text'],
            6: ['failed', 'red'],
          },
        },
      ],
    },
    {
      title: 'Failures',
      panels: [
        line('Tried again', 'ops', rates('eventsource.retries', COMPONENT)),
        line('Added to dead-letter queues', 'ops', rates('eventsource.dead_letters.added', 'error.type')),
        line('Duplicates, gaps, regressions', 'evtps', rates('eventsource.delivery.anomalies', 'eventsource.anomaly')),
      ],
    },
    {
      title: 'Outbox',
      panels: [
        line('Events that wait', 'short', gauge(q, by, 'eventsource.outbox.pending', COMPONENT)),
        line('Age of the oldest', 's', gauge(q, by, 'eventsource.outbox.oldest_age', COMPONENT)),
      ],
    },
    {
      title: 'Kafka',
      panels: [
        line('Published', 'evtps', rates('kafka.eventbus.messages.published', 'messaging.destination')),
        line('Consumed', 'evtps', rates('kafka.eventbus.messages.consumed', 'messaging.destination')),
        line('Handler, 95 %', 'ms', p95('kafka.eventbus.handler.duration', 'handler.name')),
        line(
          'Consumer lag by partition',
          'short',
          gauge(q, by, 'kafka.eventbus.consumer.lag', 'messaging.kafka.partition'),
        ),
      ],
    },
  ];
}

function gauge(q, by, name, attribute, text = '') {
  return by(name, attribute, q.value(name, { by: [attribute] }), text);
}
