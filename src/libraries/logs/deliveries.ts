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
  /** Left out where the library knows no old events. */
  readonly isCatchingUp?: (call: C) => boolean;
  /** Whether it goes on with the next event after one that failed. */
  readonly goesOn: boolean;
}

/** Of the call that handles one event. */
export function eventRecords<C>({ attributes, isCatchingUp, goesOn }: Delivered<C>): Records<C> {
  const whenLive = isCatchingUp === undefined ? {} : { when: (call: C) => !isCatchingUp(call) };
  const passedOver = 'subscriber failed on an event, which is passed over';
  const ofOld = { on: 'failure', when: isCatchingUp, attributes } as const;
  const ofLive = { on: 'failure', ...whenLive, attributes } as const;
  const atCatchUp = goesOn
    ? catchup.warn<C>(passedOver, ofOld)
    : catchup.error<C>('subscriber failed on an event, the catch-up ends before it', ofOld);
  const atLive = goesOn
    ? live.warn<C>(passedOver, ofLive)
    : live.error<C>('subscriber failed on an event, which is not passed over', ofLive);
  return isCatchingUp === undefined ? [atLive] : [atCatchUp, atLive];
}

/** Of the call that hands on a batch of old events. */
export function batchRecords<C>(attributes: Recipe<C>, isCatchingUp: (call: C) => boolean = () => true): Records<C> {
  return [catchup.debug('batch delivered', { on: 'success', when: isCatchingUp, attributes })];
}

/** Of the call that lasts as long as processors run. */
export function runRecords<C>(attributes: Recipe<C>): Records<C> {
  return [manager.error('run ended with a failure', { on: 'failure', attributes })];
}
