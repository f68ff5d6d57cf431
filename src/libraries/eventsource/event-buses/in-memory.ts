// SPDX-License-Identifier: Apache-2.0
// Guide, "Event Buses", InMemoryEventBus.
import type { InMemoryEventBus } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import { SPAN_HANDLER } from '../../../conventions/spans.js';
import { type Aspect, rows } from '../../../weaving/aspect.js';
import { first, ofEvent, second } from '../events.js';
import { dispatchRecords, handleRecords } from '../logs/event-buses.js';
import { LOGGER, publishAllRecords, shutdownRecords } from '../logs/in-memory-bus.js';
import { failureOf, ownSwitch } from '../shared.js';
import { none } from '../unspanned.js';
import { publish } from './publish.js';

export const inMemoryEventBus = [
  {
    target: 'InMemoryEventBus',
    family: 'buses',
    tracing: ownSwitch,
    methods: rows<InMemoryEventBus>({
      publishAll: { logs: publishAllRecords },
      shutdown: { logs: shutdownRecords },
      dispatchEvent: {
        span: 'eventsource.event_bus.dispatch',
        via: 'publish',
        attributes: {
          [attr.ATTR_HANDLER_COUNT]: ({ args }) => args[1]?.length,
          ...ofEvent(first, 'eventType', 'eventId', 'aggregateId'),
        },
        logs: dispatchRecords(LOGGER, ({ args }) => args[1] as readonly unknown[]),
      },
      safeHandle: {
        span: SPAN_HANDLER,
        via: 'publish',
        attributes: {
          [attr.ATTR_HANDLER_NAME]: ({ args }) => args[0]?.name,
          ...ofEvent(second, 'eventType', 'eventId', 'aggregateId'),
        },
        ending: { outcome: failureOf },
        settled: { [attr.ATTR_HANDLER_SUCCESS]: ({ failed }) => !failed },
        logs: handleRecords(LOGGER),
      },
    }),
    unspanned: {
      ...none('set-up and end', 'shutdown'),
      ...none('bookkeeping in memory', 'getBackgroundTaskCount', 'getStats'),
    },
  },
  {
    // An option, since the guide has no publish span on this bus.
    target: 'InMemoryEventBus',
    family: 'buses',
    optIn: 'inMemoryPublishSpan',
    tracing: ownSwitch,
    methods: rows<InMemoryEventBus>({
      publish,
    }),
  },
] as const satisfies readonly Aspect[];
