// SPDX-License-Identifier: Apache-2.0
// EventBus, and the handlers that it calls. Nest catches what they throw, and hands it to the UnhandledExceptionBus: the span of
// the handler has it.
import * as attr from '../../conventions/attributes.js';
import { SPAN_HANDLER, SPAN_PUBLISH } from '../../conventions/spans.js';
import type { Aspect, Call, Recipe, Row } from '../../weaving/aspect.js';
import { withEvents } from '../appended.js';
import { listed, sharedBy } from '../listed.js';
import { handlerRecords } from '../logs/handling.js';
import { handlersOf } from './handlers.js';
import { aggregateIdOf, aggregateTypeOf, classOf, eventTypeOf, isAggregate } from './names.js';

type Publish = Call<unknown, readonly [published: unknown, dispatcher?: unknown, ...unknown[]], unknown>;
type Handle = Call<unknown, readonly [event: unknown], unknown>;

/** `publish` of one event, `publishAll` of several. */
function publishing(eventsOf: (call: Publish) => readonly unknown[]): Row<Publish> {
  return {
    span: SPAN_PUBLISH,
    when: (call) => eventsOf(call).length > 0,
    attributes: {
      [attr.ATTR_EVENT_TYPE]: (call) => listed(eventsOf(call), eventTypeOf),
      [attr.ATTR_EVENT_COUNT]: (call) => eventsOf(call).length,
      [attr.ATTR_AGGREGATE_ID]: (call) =>
        isAggregate(call.args[1]) ? aggregateIdOf(call.args[1]) : sharedBy(eventsOf(call), aggregateIdOf),
      [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => aggregateTypeOf(args[1]),
    },
    context: { marks: eventsOf },
    apart: true,
    // What is published below a command or a commit is told to it.
    hands: (call, held) => withEvents(held, eventsOf(call), eventTypeOf),
  };
}

const ofHandler: Recipe<Handle> = {
  [attr.ATTR_HANDLER_NAME]: ({ self }) => classOf(self),
  [attr.ATTR_EVENT_TYPE]: ({ args }) => eventTypeOf(args[0]),
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => aggregateIdOf(args[0]),
};

const handled = {
  handle: {
    span: SPAN_HANDLER,
    attributes: ofHandler,
    logs: handlerRecords('eventsource.bus.memory', ofHandler),
    settled: { [attr.ATTR_HANDLER_SUCCESS]: ({ failed }) => !failed },
  },
} as const satisfies Record<string, Row<Handle>>;

export const events = [
  {
    target: 'EventBus',
    family: 'buses',
    methods: {
      publish: publishing(({ args }) => [args[0]]),
      publishAll: publishing(({ args }) => (Array.isArray(args[0]) ? args[0] : [])),
      ...handlersOf(handled),
    },
  },
  // A saga makes commands of events, with operators that wait for one another.
  { target: 'EventBus', family: 'sagas', methods: { registerSaga: { reaches: { streams: [0] } } } },
] as const satisfies readonly Aspect[];
