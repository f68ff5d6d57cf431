// SPDX-License-Identifier: Apache-2.0
// The attribute names of eventsource-py's observability guide. Imports nothing, so that `…/attributes` loads where nothing else does.

export const ATTR_AGGREGATE_ID = 'eventsource.aggregate.id';
export const ATTR_AGGREGATE_TYPE = 'eventsource.aggregate.type';

export const ATTR_EVENT_ID = 'eventsource.event.id';
export const ATTR_EVENT_TYPE = 'eventsource.event.type';
export const ATTR_EVENT_COUNT = 'eventsource.event.count';

export const ATTR_VERSION = 'eventsource.version';
export const ATTR_EXPECTED_VERSION = 'eventsource.expected_version';
export const ATTR_FROM_VERSION = 'eventsource.from_version';

export const ATTR_TENANT_ID = 'eventsource.tenant.id';
export const ATTR_ACTOR_ID = 'eventsource.actor.id';

export const ATTR_PROJECTION_NAME = 'eventsource.projection.name';
export const ATTR_HANDLER_NAME = 'eventsource.handler.name';
export const ATTR_HANDLER_COUNT = 'eventsource.handler.count';
export const ATTR_HANDLER_SUCCESS = 'eventsource.handler.success';
export const ATTR_STREAM_ID = 'eventsource.stream.id';
export const ATTR_POSITION = 'eventsource.position';

export const ATTR_DB_SYSTEM = 'db.system';
export const ATTR_DB_NAME = 'db.name';
export const ATTR_DB_OPERATION = 'db.operation';

export const ATTR_MESSAGING_SYSTEM = 'messaging.system';
export const ATTR_MESSAGING_DESTINATION = 'messaging.destination';
export const ATTR_MESSAGING_OPERATION = 'messaging.operation';

export const ATTR_SUBSCRIPTION_NAME = 'eventsource.subscription.name';
export const ATTR_SUBSCRIPTION_STATE = 'eventsource.subscription.state';
export const ATTR_SUBSCRIPTION_PHASE = 'eventsource.subscription.phase';
export const ATTR_FROM_POSITION = 'eventsource.from_position';
export const ATTR_TO_POSITION = 'eventsource.to_position';
export const ATTR_BATCH_SIZE = 'eventsource.batch.size';
export const ATTR_BUFFER_SIZE = 'eventsource.buffer.size';
export const ATTR_EVENTS_PROCESSED = 'eventsource.events.processed';
export const ATTR_EVENTS_SKIPPED = 'eventsource.events.skipped';
export const ATTR_WATERMARK = 'eventsource.watermark';

export const ATTR_RETRY_COUNT = 'eventsource.retry.count';
export const ATTR_ERROR_TYPE = 'eventsource.error.type';
