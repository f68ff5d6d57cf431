// SPDX-License-Identifier: Apache-2.0
// The attribute names of eventsource-py's observability guide. Imports nothing, so that `…/attributes` loads where nothing else
// does. The titles of the groups and the docstrings are those of the tables in docs/guide.md.

// # Aggregate
/** Id of the aggregate, such as `"550e8400-e29b-41d4-a716-446655440000"` */
export const ATTR_AGGREGATE_ID = 'eventsource.aggregate.id';
/** Name of its kind, such as `"Order"` */
export const ATTR_AGGREGATE_TYPE = 'eventsource.aggregate.type';

// # Event
/** Id of the event, such as `"550e8400-e29b-41d4-a716-446655440001"` */
export const ATTR_EVENT_ID = 'eventsource.event.id';
/** The event's own type; where several are meant, all of them, such as `"OrderCreated"` */
export const ATTR_EVENT_TYPE = 'eventsource.event.type';
/** Events of the operation, such as `3` */
export const ATTR_EVENT_COUNT = 'eventsource.event.count';

// # Version
/** Version of the aggregate, such as `5` */
export const ATTR_VERSION = 'eventsource.version';
/** Version that an append insists on, for optimistic concurrency, such as `4` */
export const ATTR_EXPECTED_VERSION = 'eventsource.expected_version';
/** Version behind which events are read, such as `0` */
export const ATTR_FROM_VERSION = 'eventsource.from_version';

// # Tenant and actor
/** Tenant of the event, such as `"tenant-123"` */
export const ATTR_TENANT_ID = 'eventsource.tenant.id';
/** Who caused the event, such as `"user@example.com"` */
export const ATTR_ACTOR_ID = 'eventsource.actor.id';

// # Component
/** The projection that handles the event, such as `"OrderSummary"` */
export const ATTR_PROJECTION_NAME = 'eventsource.projection.name';
/** The handler: its class, or the name of the function, such as `"Mailer"` */
export const ATTR_HANDLER_NAME = 'eventsource.handler.name';
/** Handlers that an event is given to, such as `2` */
export const ATTR_HANDLER_COUNT = 'eventsource.handler.count';
/** Whether the handler ended well, such as `true` */
export const ATTR_HANDLER_SUCCESS = 'eventsource.handler.success';
/** The stream: id and kind of an aggregate, such as `"order-123:Order"` */
export const ATTR_STREAM_ID = 'eventsource.stream.id';
/** Position in the order of all events, such as `42` */
export const ATTR_POSITION = 'eventsource.position';

// # Database
/** The database system, such as `"postgresql"` */
export const ATTR_DB_SYSTEM = 'db.system';
/** The database; with SQLite the path as it was given, such as `"events_db"` */
export const ATTR_DB_NAME = 'db.name';
/** The statement that does the work, such as `"INSERT"` */
export const ATTR_DB_OPERATION = 'db.operation';

// # Messaging
/** The broker, such as `"rabbitmq"` */
export const ATTR_MESSAGING_SYSTEM = 'messaging.system';
/** Exchange, queue, topic or stream, such as `"events"` */
export const ATTR_MESSAGING_DESTINATION = 'messaging.destination';
/** What is done with the message, such as `"publish"` */
export const ATTR_MESSAGING_OPERATION = 'messaging.operation';

// # Subscription
/** Name of the subscription, such as `"OrderSummary"` */
export const ATTR_SUBSCRIPTION_NAME = 'eventsource.subscription.name';
/** The state that it has reached, such as `"live"` */
export const ATTR_SUBSCRIPTION_STATE = 'eventsource.subscription.state';
/** Phase of the transition from history to live events, such as `"initial_catchup"` */
export const ATTR_SUBSCRIPTION_PHASE = 'eventsource.subscription.phase';
/** Position at which it begins, such as `0` */
export const ATTR_FROM_POSITION = 'eventsource.from_position';
/** Position that it is to reach, such as `1000` */
export const ATTR_TO_POSITION = 'eventsource.to_position';
/** Most events that are read at once, such as `100` */
export const ATTR_BATCH_SIZE = 'eventsource.batch.size';
/** Events that wait in a buffer, such as `12` */
export const ATTR_BUFFER_SIZE = 'eventsource.buffer.size';
/** Events that were delivered, such as `5000` */
export const ATTR_EVENTS_PROCESSED = 'eventsource.events.processed';
/** Events that were passed over as duplicates, such as `1` */
export const ATTR_EVENTS_SKIPPED = 'eventsource.events.skipped';
/** Position up to which the first catch-up goes, such as `998` */
export const ATTR_WATERMARK = 'eventsource.watermark';

// # Error and retry
/** Which redelivery, or how often an event was tried, such as `3` */
export const ATTR_RETRY_COUNT = 'eventsource.retry.count';
/** Class of the error, such as `"OptimisticLockError"` */
export const ATTR_ERROR_TYPE = 'eventsource.error.type';
