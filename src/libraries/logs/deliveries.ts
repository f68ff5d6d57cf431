// SPDX-License-Identifier: Apache-2.0
// What is logged of events that processors and subscriptions are given. What becomes of an event on which a handler fails is the
// library's to say: it is passed over, or comes again.
import type { Recipe } from '../../weaving/aspect.js';
import { loggerNamed, type Records } from './record.js';

const catchup = loggerNamed('eventsource.subscriptions.runners.catchup');
const live = loggerNamed('eventsource.subscriptions.runners.live');
const manager = loggerNamed('eventsource.subscriptions.manager');

interface Delivered<C> {
  readonly attributes: Recipe<C>;
  readonly isCatchingUp: (call: C) => boolean;
  /** Whether it goes on with the next event after one that failed. */
  readonly goesOn: boolean;
}

/** Of the call that handles one event. */
export function eventRecords<C>({ attributes, isCatchingUp, goesOn }: Delivered<C>): Records<C> {
  const isLive = (call: C) => !isCatchingUp(call);
  if (goesOn) {
    const passedOver = 'subscriber failed on an event, which is passed over';
    return [
      catchup.warn(passedOver, { on: 'failure', when: isCatchingUp, attributes }),
      live.warn(passedOver, { on: 'failure', when: isLive, attributes }),
    ];
  }
  return [
    catchup.error('subscriber failed on an event, the catch-up ends before it', {
      on: 'failure',
      when: isCatchingUp,
      attributes,
    }),
    live.error('subscriber failed on an event, which is not passed over', { on: 'failure', when: isLive, attributes }),
  ];
}

/** Of the call that hands on a batch of old events. */
export function batchRecords<C>(attributes: Recipe<C>, isCatchingUp: (call: C) => boolean = () => true): Records<C> {
  return [catchup.debug('batch delivered', { on: 'success', when: isCatchingUp, attributes })];
}

/** Of the call that lasts as long as processors run. */
export function runRecords<C>(attributes: Recipe<C>): Records<C> {
  return [manager.error('run ended with a failure', { on: 'failure', attributes })];
}
