// SPDX-License-Identifier: Apache-2.0
// Publishing several events in one call, and the buses that an application derives.
import { SpanKind } from '@opentelemetry/api';
import type { DomainEvent, EventBus } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import { SPAN_PUBLISH } from '../../../conventions/spans.js';
import { type Aspect, type Call, type Row, rows } from '../../../weaving/aspect.js';
import { ofEvents } from '../events.js';
import { handlerRows, publishRecords } from '../logs/event-buses.js';
import { ownSwitch } from '../shared.js';
import { none } from '../unspanned.js';

/** No span for no events. */
export const publish: Row<Call<unknown, readonly [readonly DomainEvent[], ...unknown[]], unknown>> = {
  span: SPAN_PUBLISH,
  kind: SpanKind.PRODUCER,
  when: ({ args }) => args[0]?.length !== 0,
  attributes: { [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0]?.length },
};

export const derivedEventBuses = [
  {
    target: 'EventBus',
    family: 'buses',
    tracing: ownSwitch,
    shape: ['subscribe', 'unsubscribe', 'subscribeAll', 'subscribeToAllEvents'],
    methods: handlerRows,
    subclasses: rows<EventBus>({
      publish: {
        ...publish,
        attributes: { ...publish.attributes, ...ofEvents(({ args }) => args[0]) },
        logs: publishRecords('eventsource.bus'),
      },
    }),
    unspanned: {
      ...none('bookkeeping in memory', 'subscribe', 'unsubscribe', 'subscribeAll', 'subscribeToAllEvents'),
      ...none('bookkeeping in memory', 'unsubscribeFromAllEvents', 'clearSubscribers', 'getSubscriberCount'),
      ...none('bookkeeping in memory', 'getWildcardSubscriberCount'),
    },
  },
] as const satisfies readonly Aspect[];
