// SPDX-License-Identifier: Apache-2.0
// What is logged of every event bus, the same fact at the same level: its handlers, and what becomes of events. A handler that fails
// is told where it runs; the steps around it say nothing of their own.
import type { DomainEvent, EventBus } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import type { Call, Recipe, Row, Rows, RowsOf } from '../../../weaving/aspect.js';
import { handlerRecords, publishRecords as publishRecordsOfAny } from '../../logs/handling.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';
import { first, identityOf, second } from '../events.js';
import { classNameOf } from '../names.js';

type ToHandler = Call<unknown, readonly [unknown, DomainEvent, ...unknown[]], unknown>;
type OfEvent = Call<unknown, readonly [DomainEvent, ...unknown[]], unknown>;

/** As the bus itself calls a handler: by its function, or by the class of an object. */
function handlerName(handler: unknown): string {
  return typeof handler === 'function' ? handler.name : classNameOf(handler);
}

const subscribed: Recipe<{ readonly args: readonly [{ readonly name?: string } | undefined, unknown] }> = {
  [attr.ATTR_HANDLER_NAME]: ({ args }) => handlerName(args[1]),
  [attr.ATTR_EVENT_TYPE]: ({ args }) => args[0]?.name,
};
const catchAll: Recipe<{ readonly args: readonly [unknown] }> = {
  [attr.ATTR_HANDLER_NAME]: ({ args }) => handlerName(args[0]),
};
const ofEvent = identityOf<OfEvent>(first, 'eventType', 'eventId', 'aggregateId');

/** The buses of the library have loggers of their own. */
const loggers: Readonly<Record<string, string>> = {
  InMemoryEventBus: 'eventsource.bus.memory',
  RedisEventBus: 'eventsource.bus.redis',
  RabbitMQEventBus: 'eventsource.bus.rabbitmq',
  KafkaEventBus: 'eventsource.bus.kafka',
};
/** Of those that an application derives. */
const OTHER = 'eventsource.bus';

/** By the class of the bus, or the nearest one above it that has a logger. */
function loggerOf(bus: object): string {
  for (let of: object | null = bus; of !== null; of = Object.getPrototypeOf(of)) {
    const logger = loggers[classNameOf(of)];
    if (logger !== undefined) return logger;
  }
  return OTHER;
}

type RecordsAt<C> = (at: ReturnType<typeof loggerNamed>) => Records<C>;

/** What all buses inherit from one class, said by the logger of each. */
function ofEachBus<C extends { readonly self: EventBus }>(records: RecordsAt<C>): Records<C> {
  return [...Object.values(loggers), OTHER].flatMap((logger) =>
    records(loggerNamed(logger)).map((record) => ({
      ...record,
      when: (call: C) => loggerOf(call.self) === logger && record.when?.(call) !== false,
    })),
  );
}

type Bus<M extends keyof EventBus> = CallOf<EventBus, M>;

const inherited: RowsOf<EventBus> = {
  subscribe: {
    logs: ofEachBus<Bus<'subscribe'>>((at) => [
      at.info('handler subscribed', { on: 'success', attributes: subscribed }),
    ]),
  },
  unsubscribe: {
    logs: ofEachBus<Bus<'unsubscribe'>>((at) => [
      at.info('handler unsubscribed', { on: 'success', when: ({ result }) => result, attributes: subscribed }),
      at.debug('no such handler to unsubscribe', {
        on: 'success',
        when: ({ result }) => !result,
        attributes: subscribed,
      }),
    ]),
  },
  subscribeToAllEvents: {
    logs: ofEachBus<Bus<'subscribeToAllEvents'>>((at) => [
      at.info('handler subscribed to all events', { on: 'success', attributes: catchAll }),
    ]),
  },
  unsubscribeFromAllEvents: {
    logs: ofEachBus<Bus<'unsubscribeFromAllEvents'>>((at) => [
      at.info('handler unsubscribed from all events', {
        on: 'success',
        when: ({ result }) => result,
        attributes: catchAll,
      }),
      at.debug('no such handler of all events to unsubscribe', {
        on: 'success',
        when: ({ result }) => !result,
        attributes: catchAll,
      }),
    ]),
  },
  clearSubscribers: {
    logs: ofEachBus<Bus<'clearSubscribers'>>((at) => [at.info('all handlers unsubscribed', { on: 'success' })]),
  },
};

/** It is protected, so no type has it. */
const handlersFor: Row<Call<EventBus, readonly [DomainEvent], readonly unknown[]>> = {
  logs: ofEachBus<Call<EventBus, readonly [DomainEvent], readonly unknown[]>>((at) => [
    at.debug('event has no handler', {
      on: 'success',
      when: ({ result }) => result.length === 0,
      attributes: ofEvent,
    }),
  ]),
};

/** Rows without spans, for what every bus inherits. */
export const handlerRows: Rows = { ...(inherited as Rows), handlersFor };

/** Of the call that runs one handler. */
export function handleRecords(logger: string): Records<ToHandler> {
  return handlerRecords<ToHandler>(logger, {
    [attr.ATTR_HANDLER_NAME]: ({ args }) => (args[0] as { readonly name?: string } | undefined)?.name,
    ...identityOf<ToHandler>(second, 'eventType', 'eventId', 'aggregateId'),
  });
}

/** @param handlers picks the handlers that the event goes to */
export function dispatchRecords<C extends OfEvent>(
  logger: string,
  handlers: (call: C) => readonly unknown[] | undefined,
): Records<C> {
  return [
    loggerNamed(logger).debug('event goes to its handlers', {
      on: 'begin',
      attributes: { ...ofEvent, [attr.ATTR_HANDLER_COUNT]: (call) => handlers(call)?.length },
    }),
  ];
}

type Publish = CallOf<EventBus, 'publish'>;

export function publishRecords(logger: string): Records<Publish> {
  return publishRecordsOfAny<Publish>(logger, { [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0]?.length });
}
