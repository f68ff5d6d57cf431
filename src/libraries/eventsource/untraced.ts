// SPDX-License-Identifier: Apache-2.0
// The public classes that no table names, and why. A test compares this list and the tables with what the library exports, so
// that a new class is decided upon instead of being forgotten. Errors are not listed: they stand on the spans of the calls that
// throw them.

export const untraced = {
  // Values.
  DomainEvent: 'a value',
  AppendResult: 'a value',
  EventStream: 'a value',
  StoredEvent: 'a value',
  ReadOptions: 'a value',
  Snapshot: 'a value',
  RedisEventBusConfig: 'a value',
  RabbitMQEventBusConfig: 'a value',
  KafkaEventBusConfig: 'a value',
  SubscriptionConfig: 'a value',

  // No operation of its own: what calls it has the span.
  SubscriptionRegistry: 'a look-up in memory',
  EventSerializer: 'a conversion in memory',
  EventFilter: 'a decision in memory',
  ThresholdSnapshotStrategy: 'a decision in memory; AggregateSnapshotManager has the spans',
  BackgroundSnapshotStrategy: 'a decision in memory; AggregateSnapshotManager has the spans',
  NoSnapshotStrategy: 'a decision in memory; AggregateSnapshotManager has the spans',
  ExponentialBackoffRetryPolicy: 'a decision in memory',
  FilteredRetryPolicy: 'a decision in memory',
  NoRetryPolicy: 'a decision in memory',
  FlowController: 'waits inside the delivery, which has the span',
  CheckpointWriter: 'only what it calls gives spans: CheckpointRepository',
  LiveEventHandler: 'only what it calls gives spans: LiveRunner',
  HandlerAdapter: 'a handler; the bus that calls it has the span',
  HandlerRegistry: 'calls handler methods; DeclarativeProjection has the span',

  // Their methods are those of a class that has rows.
  DeclarativeAggregate: 'an AggregateRoot',
} as const satisfies Readonly<Record<string, string>>;
