// SPDX-License-Identifier: Apache-2.0
// What the guide to the library's telemetry (eventsource-py 0.3.1) promises: the span names of its tables, by component, the
// classes that are meant, and its attributes.
import { library } from '../../../src/libraries/eventsource/index.js';

const checkpoints = prefixed('eventsource.checkpoint', [
  'get_checkpoint',
  'update_checkpoint',
  'reset_checkpoint',
  'get_all_checkpoints',
  'get_lag_metrics',
]);
const deadLetters = prefixed('eventsource.dlq', [
  'add',
  'get',
  'get_by_id',
  'resolve',
  'retry',
  'get_stats',
  'get_projection_counts',
  'delete_resolved',
]);
const outbox = prefixed('eventsource.outbox', [
  'add',
  'get_pending',
  'mark_published',
  'increment_retry',
  'mark_failed',
  'cleanup',
  'get_stats',
]);
const snapshots = prefixed('eventsource.snapshot', ['save', 'get', 'delete', 'exists', 'delete_by_type']);

/** 75 names: rows of the guide's tables. */
export const guideRows = {
  SQLiteEventStore: prefixed('sqlite_event_store', ['append_events', 'get_events']),
  PostgreSQLEventStore: prefixed('postgresql_event_store', ['append_events', 'get_events']),
  InMemoryEventStore: prefixed('in_memory_event_store', ['append_events', 'get_events']),
  InMemoryEventBus: prefixed('eventsource.event_bus', ['dispatch', 'handle']),
  RedisEventBus: prefixed('eventsource.event_bus', ['publish', 'process', 'dispatch', 'handle']),
  RabbitMQEventBus: prefixed('eventsource.event_bus', ['publish', 'consume', 'dispatch']),
  KafkaEventBus: prefixed('eventsource.event_bus', [
    'publish {event_type}',
    'consume {event_type}',
    'dispatch {handler}',
  ]),
  AggregateRepository: prefixed('eventsource.repository', ['load', 'save', 'exists', 'create_snapshot']),
  CheckpointRepository: checkpoints,
  DLQRepository: deadLetters,
  OutboxRepository: outbox,
  InMemorySnapshotStore: [...snapshots, 'eventsource.snapshot.clear'],
  PostgreSQLSnapshotStore: snapshots,
  SQLiteSnapshotStore: snapshots,
  Projection: ['eventsource.projection.handle'],
  DeclarativeProjection: ['eventsource.projection.handle', 'eventsource.projection.handler'],
  ProjectionCoordinator: ['eventsource.projection.coordinate', 'eventsource.projection.registry.dispatch'],
  SubscriptionManager: prefixed('eventsource.subscription_manager', ['subscribe', 'start_subscription', 'stop']),
  TransitionCoordinator: ['eventsource.transition_coordinator.execute'],
  CatchUpRunner: prefixed('eventsource.catchup_runner', ['run_until_position', 'deliver_event']),
  LiveRunner: prefixed('eventsource.live_runner', ['start', 'process_event']),
  PauseResumeController: prefixed('eventsource.pause_resume', ['pause', 'resume']),
  SubscriptionLifecycleManager: prefixed('eventsource.lifecycle', ['start', 'stop']),
} as const satisfies Record<string, readonly string[]>;

/** Where the guide names an interface, each class of it; where a component works through another, both. Else the class itself. */
export const classesMeant: Readonly<Record<string, readonly (readonly string[])[]>> = {
  CheckpointRepository: backEnds('CheckpointRepository'),
  DLQRepository: backEnds('DLQRepository'),
  OutboxRepository: backEnds('OutboxRepository'),
  DeclarativeProjection: [['DeclarativeProjection', 'Projection']],
  ProjectionCoordinator: [['ProjectionCoordinator', 'ProjectionRegistry']],
};

/** Constant → attribute: the guide's "Standard Attributes". */
export const guideAttributes = {
  ATTR_AGGREGATE_ID: 'eventsource.aggregate.id',
  ATTR_AGGREGATE_TYPE: 'eventsource.aggregate.type',
  ATTR_EVENT_ID: 'eventsource.event.id',
  ATTR_EVENT_TYPE: 'eventsource.event.type',
  ATTR_EVENT_COUNT: 'eventsource.event.count',
  ATTR_VERSION: 'eventsource.version',
  ATTR_EXPECTED_VERSION: 'eventsource.expected_version',
  ATTR_FROM_VERSION: 'eventsource.from_version',
  ATTR_TENANT_ID: 'eventsource.tenant.id',
  ATTR_ACTOR_ID: 'eventsource.actor.id',
  ATTR_PROJECTION_NAME: 'eventsource.projection.name',
  ATTR_HANDLER_NAME: 'eventsource.handler.name',
  ATTR_HANDLER_COUNT: 'eventsource.handler.count',
  ATTR_HANDLER_SUCCESS: 'eventsource.handler.success',
  ATTR_STREAM_ID: 'eventsource.stream.id',
  ATTR_POSITION: 'eventsource.position',
  ATTR_DB_SYSTEM: 'db.system',
  ATTR_DB_NAME: 'db.name',
  ATTR_DB_OPERATION: 'db.operation',
  ATTR_MESSAGING_SYSTEM: 'messaging.system',
  ATTR_MESSAGING_DESTINATION: 'messaging.destination',
  ATTR_MESSAGING_OPERATION: 'messaging.operation',
  ATTR_SUBSCRIPTION_NAME: 'eventsource.subscription.name',
  ATTR_SUBSCRIPTION_STATE: 'eventsource.subscription.state',
  ATTR_SUBSCRIPTION_PHASE: 'eventsource.subscription.phase',
  ATTR_FROM_POSITION: 'eventsource.from_position',
  ATTR_TO_POSITION: 'eventsource.to_position',
  ATTR_BATCH_SIZE: 'eventsource.batch.size',
  ATTR_EVENTS_PROCESSED: 'eventsource.events.processed',
  ATTR_RETRY_COUNT: 'eventsource.retry.count',
  ATTR_ERROR_TYPE: 'eventsource.error.type',
} as const;

/** All constants: the guide's, and three that the reference library sets without its guide. */
export const standardAttributes = {
  ...guideAttributes,
  ATTR_BUFFER_SIZE: 'eventsource.buffer.size',
  ATTR_EVENTS_SKIPPED: 'eventsource.events.skipped',
  ATTR_WATERMARK: 'eventsource.watermark',
} as const;

function prefixed(prefix: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${prefix}.${name}`);
}

function backEnds(repository: string): readonly (readonly string[])[] {
  return library.aspects.filter(({ component }) => component === repository).map(({ target }) => [target]);
}
