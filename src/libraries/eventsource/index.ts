// SPDX-License-Identifier: Apache-2.0
// The library `eventsource`: all its tables. A new component is a new row in one of them, nothing else.
// They follow the observability guide of eventsource-py, whose sections they name (docs/decisions.md).
import { PACKAGE_NAME } from '../../version.js';
import type { Aspect } from '../../weaving/aspect.js';
import type { Library } from '../library.js';
import { aggregates } from './aggregates.js';
import { checkpoints } from './checkpoints.js';
import { deadLetters } from './dead-letters.js';
import { inMemoryEventBus } from './event-buses/in-memory.js';
import { kafkaEventBus } from './event-buses/kafka.js';
import { derivedEventBuses } from './event-buses/publish.js';
import { rabbitMQEventBus } from './event-buses/rabbitmq.js';
import { redisEventBus } from './event-buses/redis.js';
import { eventRegistry } from './event-registry.js';
import { eventStores } from './event-stores.js';
import { families, options } from './families.js';
import { outbox } from './outbox.js';
import { projections } from './projections.js';
import { snapshots } from './snapshots.js';
import { subscriptions } from './subscriptions.js';

const aspects: readonly Aspect[] = [
  ...eventStores,
  ...eventRegistry,
  ...inMemoryEventBus,
  ...redisEventBus,
  ...rabbitMQEventBus,
  ...kafkaEventBus,
  ...derivedEventBuses,
  ...aggregates,
  ...checkpoints,
  ...deadLetters,
  ...outbox,
  ...snapshots,
  ...projections,
  ...subscriptions,
];

export const library = {
  key: 'eventsource',
  packages: [{ name: 'eventsource' }, { name: 'eventsource-ts' }],
  scope: PACKAGE_NAME,
  families,
  options,
  aspects,
} as const satisfies Library;
