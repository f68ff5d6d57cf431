// SPDX-License-Identifier: Apache-2.0
// The message bus, which hands commands and events to handlers in process.
import type { AnyCommand, AnyEvent } from '@event-driven-io/emmett';
import * as attr from '../../conventions/attributes.js';
import { SPAN_COMMAND, SPAN_HANDLER, SPAN_PUBLISH } from '../../conventions/spans.js';
import type { Aspect, Call, Recipe, Row } from '../../weaving/aspect.js';
import { ATTR_COMMAND_TYPE } from '../attributes.js';
import { commandRecords, handlerRecords } from '../logs/handling.js';
import { appending } from './commands.js';
import { sending } from './metrics.js';

/** One that was stored has metadata of the store. */
type AnEvent = AnyEvent & { readonly metadata?: { readonly messageId?: string } };

/** Callers pass anything. */
type Of<Message> = Call<unknown, readonly [Message | null | undefined, ...unknown[]], unknown>;

const ofCommand: Recipe<Of<AnyCommand>> = {
  [ATTR_COMMAND_TYPE]: ({ args }) => args[0]?.type,
  // By convention: the library has no word for it.
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.data?.aggregateId,
};

const send: Row<Of<AnyCommand>> = {
  span: SPAN_COMMAND,
  attributes: ofCommand,
  metrics: sending,
  logs: commandRecords(ofCommand),
  ...appending,
};

const ofEvent: Recipe<Of<AnEvent>> = {
  [attr.ATTR_EVENT_TYPE]: ({ args }) => args[0]?.type,
  [attr.ATTR_EVENT_ID]: ({ args }) => args[0]?.metadata?.messageId,
};

const publish: Row<Of<AnEvent>> = {
  span: SPAN_PUBLISH,
  attributes: { ...ofEvent, [attr.ATTR_EVENT_COUNT]: 1 },
  apart: true,
};

const ofHandler: Recipe<Of<AnEvent>> = {
  [attr.ATTR_HANDLER_NAME]: ({ handler }) => (handler as { name?: string } | undefined)?.name,
  ...ofEvent,
};

const subscriber: Row<Of<AnEvent>> = {
  span: SPAN_HANDLER,
  attributes: ofHandler,
  logs: handlerRecords('eventsource.bus.memory', ofHandler),
  settled: { [attr.ATTR_HANDLER_SUCCESS]: ({ failed }) => !failed },
};

const messageBus = {
  target: 'getInMemoryMessageBus',
  family: 'buses',
  call: { reaches: { result: { send, publish, subscribe: { reaches: { handlers: { 0: subscriber } } } } } },
} as const satisfies Aspect;

export const messageBuses: readonly Aspect[] = [messageBus];
