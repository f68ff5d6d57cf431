// SPDX-License-Identifier: Apache-2.0
// Commands. A command is tried again by the library itself when it loses a race.
import type { Command } from '@castore/core';
import * as attr from '../../conventions/attributes.js';
import { SPAN_COMMAND } from '../../conventions/spans.js';
import { type Aspect, type Call, type Recipe, type Row, rows } from '../../weaving/aspect.js';
import { type Appended, withConflict, withEventsOf } from '../appended.js';
import { ATTR_COMMAND_TYPE, ATTR_CONFLICT_COUNT } from '../attributes.js';
import { listed } from '../listed.js';
import { retriedCommandRecords } from '../logs/handling.js';
import { handled } from './metrics.js';
import { type Handled, isConflict, retries } from './told.js';

/** What an application takes for the input of a command is its own; by convention it names an aggregate like this. */
type Input = { readonly aggregateId?: unknown } | null | undefined;

/** The handler that the application gives a command; the command calls it for each attempt. */
const attempt: Row = {
  hands: (_call, { attempts = 0 }: Handled) => ({ attempts: attempts + 1 }),
  handsFailed: true,
};

type Handle = Call<Command, readonly unknown[]>;

const ofCommand: Recipe<Handle> = {
  [ATTR_COMMAND_TYPE]: ({ self }) => self.commandId,
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => {
    const id = (args[0] as Input)?.aggregateId;
    return typeof id === 'string' ? id : undefined;
  },
};

const records = retriedCommandRecords<Handle>({
  attributes: ofCommand,
  retries: ({ facts }) => retries(facts),
  conflicts: ({ facts }) => (facts as Appended).conflicts,
});

const command = {
  target: 'Command',
  family: 'commands',
  construct: { reaches: { handlers: { '0.handler': attempt } } },
  fields: rows<Command>({
    handler: {
      span: SPAN_COMMAND,
      attributes: ofCommand,
      metrics: handled,
      logs: records,
      settled: {
        [attr.ATTR_EVENT_TYPE]: ({ facts }) => listed((facts as Appended).types, (type) => type),
        [attr.ATTR_EVENT_COUNT]: ({ facts }) => (facts as Appended).count,
        [ATTR_CONFLICT_COUNT]: ({ facts }) => (facts as Appended).conflicts,
        [attr.ATTR_RETRY_COUNT]: ({ facts }) => retries(facts),
      },
      // They belong to the command above it as well, of which it is a part; and that one is tried again for a race that this one lost.
      hands: ({ facts, failed, error }, held) => ({
        ...withEventsOf(held, facts),
        ...(failed && isConflict(error) ? withConflict(held) : {}),
      }),
      handsFailed: true,
    },
  }),
} as const satisfies Aspect;

export const commands: readonly Aspect[] = [command];
