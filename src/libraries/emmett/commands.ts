// SPDX-License-Identifier: Apache-2.0
// Command handlers: functions that functions of the package give. One that loses a race is tried again by the library itself.
import * as attr from '../../conventions/attributes.js';
import { SPAN_COMMAND } from '../../conventions/spans.js';
import type { Aspect, Call, Recipe, Row } from '../../weaving/aspect.js';
import type { Measurement } from '../../weaving/signals.js';
import { withConflict, withEventsOf } from '../appended.js';
import { ATTR_COMMAND_TYPE, ATTR_CONFLICT_COUNT } from '../attributes.js';
import { listed } from '../listed.js';
import { type Handled, retries } from './attempts.js';
import { handlingRecords } from './logs.js';
import { deciding, handled } from './metrics.js';
import { isConflict } from './versions.js';

/** Of a decider: a command, or several that are decided on one after the other. */
type Given = { readonly type?: unknown } | null | undefined;
type Handle = Call<unknown, readonly [store: unknown, id: unknown, given: unknown, ...unknown[]], unknown>;

/**
 * Types and number of the events that were appended inside, and handed on to a command above. That one is tried again for a race
 * that was lost inside.
 */
export const appending = {
  settled: {
    [attr.ATTR_EVENT_TYPE]: ({ facts }) => listed((facts as Handled).types, (type) => type),
    [attr.ATTR_EVENT_COUNT]: ({ facts }) => (facts as Handled).count,
  },
  hands: ({ facts, failed, error }, held) => ({
    ...withEventsOf(held, facts),
    ...(failed && isConflict(error) ? withConflict(held) : {}),
  }),
  handsFailed: true,
} as const satisfies Row<Call>;

function handling(ofCommand: Recipe<Handle>, metrics: readonly Measurement<Call>[]): Row<Handle> {
  const attributes: Recipe<Handle> = {
    ...ofCommand,
    [attr.ATTR_AGGREGATE_ID]: ({ args: [, id] }) => (typeof id === 'string' ? id : undefined),
  };
  return {
    span: SPAN_COMMAND,
    attributes,
    metrics,
    logs: handlingRecords(attributes),
    ...appending,
    settled: {
      ...appending.settled,
      [ATTR_CONFLICT_COUNT]: ({ facts }) => (facts as Handled).conflicts,
      [attr.ATTR_RETRY_COUNT]: ({ facts }) => retries(facts),
    },
  };
}

function typesOf({ args: [, , given] }: Handle): string {
  return listed(Array.isArray(given) ? (given as Given[]) : [given as Given], (command) => command?.type);
}

/** A decider's command is handled by an inner handler, of the same store and id: in ES modules that one is woven too. */
function isOfDecider({ args, enclosing }: Handle): boolean {
  if (enclosing === undefined || (enclosing.facts as Handled).attempts !== undefined) return false;
  return args[0] === enclosing.args[0] && args[1] === enclosing.args[1];
}

/** Its commands are functions, and have no types. */
const commandHandler = {
  target: 'CommandHandler',
  family: 'commands',
  call: {
    reaches: { returned: { ...handling({}, handled), when: (call) => !isOfDecider(call) } satisfies Row<Handle> },
  },
} as const satisfies Aspect;

const deciderCommandHandler = {
  target: 'DeciderCommandHandler',
  family: 'commands',
  call: { reaches: { returned: handling({ [ATTR_COMMAND_TYPE]: typesOf }, deciding) } },
} as const satisfies Aspect;

export const commands: readonly Aspect[] = [commandHandler, deciderCommandHandler];
