// SPDX-License-Identifier: Apache-2.0
// Guide, "Event Buses", InMemoryEventBus.
import { SpanKind } from '@opentelemetry/api';
import type { InMemoryEventBus } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import { type Aspect, rows } from '../../../weaving/aspect.js';
import { failureOf, ofEvent, ownSwitch } from '../shared.js';

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
          [attr.ATTR_EVENT_TYPE]: ({ args }) => args[0]?.eventType,
          [attr.ATTR_EVENT_ID]: ({ args }) => args[0]?.eventId,
          [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
          [attr.ATTR_HANDLER_COUNT]: ({ args }) => args[1]?.length,
          ...ofEvent(({ args }) => args[0]),
        },
      },
      safeHandle: {
        span: 'eventsource.event_bus.handle',
        via: 'publish',
        attributes: {
          [attr.ATTR_EVENT_TYPE]: ({ args }) => args[1]?.eventType,
          [attr.ATTR_EVENT_ID]: ({ args }) => args[1]?.eventId,
          [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[1]?.aggregateId,
          [attr.ATTR_HANDLER_NAME]: ({ args }) => args[0]?.name,
          ...ofEvent(({ args }) => args[1]),
        },
        ending: { outcome: failureOf },
        settled: { [attr.ATTR_HANDLER_SUCCESS]: ({ failed }) => !failed },
      },
    }),
  },
  {
    // Off unless the option `inMemoryPublishSpan` is set: docs/decisions.md#publish-on-the-in-memory-bus-has-no-span-by-default.
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
