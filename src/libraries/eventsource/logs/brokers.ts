// SPDX-License-Identifier: Apache-2.0
// What is logged of the buses over brokers, the same fact at the same level. No address of a server: there may be a password in it.
import * as attr from '../../../conventions/attributes.js';
import type { Call, Recipe } from '../../../weaving/aspect.js';
import type { loggerNamed, Records } from '../../logs/record.js';

type Logger = ReturnType<typeof loggerNamed>;

/** What these buses have in common, as far as it is asked for here. */
interface Broker {
  readonly isConnected: boolean;
  readonly isConsuming: boolean;
  readonly config: { readonly consumerGroup: string; readonly consumerName: string };
}

type OfBus<Self, Args = readonly unknown[], Result = unknown> = Call<Self, Args, Result>;

const TIMEOUT = 'eventsource.timeout_seconds';
export const CONSUMER_GROUP = 'messaging.consumer.group';
const CONSUMER_NAME = 'consumer.name';

/** Which events the counters of a bus have seen. */
interface Counted {
  readonly stats: {
    readonly eventsConsumed: number;
    readonly eventsProcessedSuccess: number;
    readonly eventsProcessedFailed: number;
  };
}

export interface LifeRecords<Self> {
  readonly connect: Records<OfBus<Self>>;
  readonly disconnect: Records<OfBus<Self>>;
  readonly shutdown: Records<OfBus<Self, readonly [({ readonly timeout?: number | undefined } | undefined)?]>>;
  readonly startConsuming: Records<OfBus<Self>>;
  readonly stopConsuming: Records<OfBus<Self>>;
}

/** From the first connection to the last. @param destination stream, exchange or topic */
export function lifeRecords<Self extends Broker & Counted>(
  at: Logger,
  destination: (bus: Self) => string,
): LifeRecords<Self> {
  const ofBus: Recipe<{ readonly self: Self }> = {
    [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => destination(self),
    [CONSUMER_GROUP]: ({ self }) => self.config.consumerGroup,
  };
  const consumer: Recipe<{ readonly self: Self }> = {
    ...ofBus,
    [CONSUMER_NAME]: ({ self }) => self.config.consumerName,
  };
  return {
    connect: [
      at.info('connected', { on: 'success', attributes: ofBus }),
      at.error('could not connect', { on: 'failure', attributes: ofBus }),
    ],
    disconnect: [
      at.info('disconnected', { on: 'success', attributes: ofBus }),
      at.warn('could not disconnect in good order', { on: 'failure', attributes: ofBus }),
    ],
    shutdown: [
      at.info('shutdown begins', { on: 'begin', attributes: { ...ofBus, [TIMEOUT]: ({ args }) => args[0]?.timeout } }),
      at.info('shutdown is over', { on: 'success', attributes: ofBus }),
      at.error('shutdown failed', { on: 'failure', attributes: ofBus }),
    ],
    startConsuming: [
      at.info('consuming begins', { on: 'begin', when: ({ self }) => !self.isConsuming, attributes: consumer }),
      at.info('consuming is over', {
        on: 'success',
        attributes: {
          ...consumer,
          'eventsource.events.consumed': ({ self }) => self.stats.eventsConsumed,
          [attr.ATTR_EVENTS_PROCESSED]: ({ self }) => self.stats.eventsProcessedSuccess,
          'eventsource.events.failed': ({ self }) => self.stats.eventsProcessedFailed,
        },
      }),
      at.error('consuming failed', { on: 'failure', attributes: consumer }),
    ],
    stopConsuming: [
      at.info('consuming is asked to end', {
        on: 'begin',
        when: ({ self }) => self.isConsuming,
        attributes: consumer,
      }),
    ],
  };
}

/** Calls that only look at what was given up. */
export function readDlqRecords(at: Logger): Records<OfBus<unknown, readonly unknown[], readonly unknown[]>> {
  return [
    at.debug('dead letters read', {
      on: 'success',
      attributes: { 'eventsource.messages.count': ({ result }) => result.length },
    }),
    at.error('dead letters could not be read', { on: 'failure' }),
  ];
}

/** @param letter which one */
export function replayRecords<C extends OfBus<unknown, readonly unknown[], boolean>>(
  at: Logger,
  letter: Recipe<C>,
): Records<C> {
  return [
    at.info('dead letter sent again', { on: 'success', when: ({ result }) => result, attributes: letter }),
    at.warn('dead letter not sent again: it is not there, or may not be', {
      on: 'success',
      when: ({ result }) => !result,
      attributes: letter,
    }),
    at.error('dead letter could not be sent again', { on: 'failure', attributes: letter }),
  ];
}

/** Only what was moved is told; without dead letters the library does not make this call. */
export function deadLetterRecords<C>(at: Logger, message: Recipe<C>): Records<C> {
  return [
    at.warn('message moved to the dead letters', { on: 'success', attributes: message }),
    at.error('message could not be moved to the dead letters', { on: 'failure', attributes: message }),
  ];
}

export function retryRecords<C>(at: Logger, message: Recipe<C>): Records<C> {
  return [
    at.warn('failed message sent again for its next try', { on: 'success', attributes: message }),
    at.error('failed message could not be sent again for its next try', { on: 'failure', attributes: message }),
  ];
}

/** Of a bus without dead letters, the end of a message that has had all its tries. @param isDropped in a call that succeeded */
export function dropRecords<C>(at: Logger, message: Recipe<C>, isDropped: (call: C) => boolean): Records<C> {
  return [
    at.warn('message dropped: it had all its tries, and dead letters are off', {
      on: 'success',
      when: isDropped,
      attributes: message,
    }),
  ];
}

/** TLS as Node's options have it. */
interface Secured {
  readonly config: { readonly sslOptions: { readonly rejectUnauthorized?: boolean | undefined } | null };
}
export function uncheckedRecords(at: Logger): Records<OfBus<Secured>> {
  return [
    at.warn('certificate of the server is not checked', {
      on: 'success',
      when: ({ self }) => self.config.sslOptions?.rejectUnauthorized === false,
    }),
  ];
}
