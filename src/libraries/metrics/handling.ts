// SPDX-License-Identifier: Apache-2.0
// What is measured of handling commands, queries and events, of whatever library.
import * as attr from '../../conventions/attributes.js';
import type { Call } from '../../weaving/aspect.js';
import type { Measurement } from '../../weaving/signals.js';
import { ATTR_COMMAND_TYPE, ATTR_QUERY_TYPE } from '../attributes.js';
import { commandTime, projectionTime, queryTime, retries } from './instruments.js';
import { COMPONENT, ofFailure } from './shared.js';
import type { Text } from './stores.js';

type Outcome = Pick<Call, 'failed' | 'error'>;

/** @param type of the command, where it has one */
export function commandsHandled<C extends Outcome>(type?: Text<C>): readonly Measurement<C>[] {
  const ofType = type === undefined ? {} : { [ATTR_COMMAND_TYPE]: type };
  return [{ instrument: commandTime, attributes: { ...ofType, ...ofFailure }, outermost: true }];
}

interface Retried<C> {
  /** Who tries again. */
  readonly component: string;
  readonly type?: Text<C> | undefined;
  /** How often it was tried again. */
  readonly count: (call: C) => number | undefined;
}

/** Of a command that its library tries again: each of the layers that do so counts its own. */
export function commandsRetried<C>({ component, type, count }: Retried<C>): readonly Measurement<C>[] {
  const ofType = type === undefined ? {} : { [ATTR_COMMAND_TYPE]: type };
  return [{ instrument: retries, attributes: { [COMPONENT]: component, ...ofType }, value: count }];
}

export function queriesHandled<C extends Outcome>(type: Text<C>): readonly Measurement<C>[] {
  return [{ instrument: queryTime, attributes: { [ATTR_QUERY_TYPE]: type, ...ofFailure } }];
}

interface Projected<C> {
  readonly name: Text<C>;
  /** Type of the event; of several, that which all of them share. */
  readonly type: Text<C>;
}

export function projected<C extends Outcome>({ name, type }: Projected<C>): readonly Measurement<C>[] {
  return [
    {
      instrument: projectionTime,
      attributes: { [attr.ATTR_PROJECTION_NAME]: name, [attr.ATTR_EVENT_TYPE]: type, ...ofFailure },
    },
  ];
}
