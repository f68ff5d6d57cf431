// SPDX-License-Identifier: Apache-2.0
// Guide, "Event Buses", InMemoryEventBus.
import { SpanKind } from '@opentelemetry/api';
import type { InMemoryEventBus } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import { type Aspect, rows } from '../../../weaving/aspect.js';
import { first, ofEvent, second } from '../events.js';
import { failureOf, ownSwitch } from '../shared.js';
import { none } from '../unspanned.js';
import { unspannedOfBuses } from './brokers.js';

export const inMemoryEventBus = [
  {
    target: 'InMemoryEventBus',
    family: 'buses',
    tracing: ownSwitch,
    methods: rows<InMemoryEventBus>({
      dispatchEvent: {
        span: 'eventsource.event_bus.dispatch',
        via: 'publish',
        attributes: {
          [attr.ATTR_HANDLER_COUNT]: ({ args }) => args[1]?.length,
          ...ofEvent(first, 'eventType', 'eventId', 'aggregateId'),
        },
      },
      safeHandle: {
        span: 'eventsource.event_bus.handle',
        via: 'publish',
        attributes: {
          [attr.ATTR_HANDLER_NAME]: ({ args }) => args[0]?.name,
          ...ofEvent(second, 'eventType', 'eventId', 'aggregateId'),
        },
        ending: { outcome: failureOf },
        settled: { [attr.ATTR_HANDLER_SUCCESS]: ({ failed }) => !failed },
      },
    }),
    unspanned: { ...unspannedOfBuses, ...none('bookkeeping in memory', 'getBackgroundTaskCount') },
  },
  {
    // An option, since the guide has no publish span on this bus.
    target: 'InMemoryEventBus',
    family: 'buses',
    optIn: 'inMemoryPublishSpan',
    tracing: ownSwitch,
    methods: rows<InMemoryEventBus>({
      publish: {
        span: 'eventsource.event_bus.publish',
        kind: SpanKind.PRODUCER,
        when: ({ args }) => args[0]?.length !== 0,
        attributes: { [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0]?.length },
      },
    }),
  },
] as const satisfies readonly Aspect[];
