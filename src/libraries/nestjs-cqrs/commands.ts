// SPDX-License-Identifier: Apache-2.0
// CommandBus and QueryBus, and the names of the handlers that they call.
import * as attr from '../../conventions/attributes.js';
import { SPAN_COMMAND, SPAN_QUERY } from '../../conventions/spans.js';
import type { Aspect, Call, Recipe, Row } from '../../weaving/aspect.js';
import { type Appended, withEventsOf } from '../appended.js';
import { ATTR_COMMAND_TYPE, ATTR_QUERY_TYPE } from '../attributes.js';
import { listed } from '../listed.js';
import { commandRecords, queryRecords } from '../logs/handling.js';
import { commandsHandled, queriesHandled } from '../metrics/handling.js';
import { handlersOf } from './handlers.js';
import { aggregateIdOf, classOf } from './names.js';

/** What the calls inside tell the command or query. */
interface Told extends Appended {
  readonly handler?: string | undefined;
}

type Execute = Call<unknown, readonly [message: unknown, ...unknown[]], unknown>;

const told = ({ facts }: Execute): Told => facts;

const typeOf = ({ args }: Execute) => classOf(args[0]);

const ofCommand: Recipe<Execute> = {
  [ATTR_COMMAND_TYPE]: typeOf,
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => aggregateIdOf(args[0]),
};

const executed = {
  execute: { hands: ({ self }) => ({ handler: classOf(self) }), handsFailed: true },
} as const satisfies Record<string, Row<Call>>;

export const commands = [
  {
    target: 'CommandBus',
    family: 'commands',
    methods: {
      execute: {
        span: SPAN_COMMAND,
        attributes: ofCommand,
        metrics: commandsHandled(typeOf),
        logs: commandRecords(ofCommand),
        context: { links: ({ args }) => [{ sourcesOf: args[0] }] },
        settled: {
          [attr.ATTR_HANDLER_NAME]: (call) => told(call).handler,
          [attr.ATTR_EVENT_TYPE]: (call) => listed(told(call).types, (type) => type),
          [attr.ATTR_EVENT_COUNT]: (call) => told(call).count,
        },
        // They belong to the command above it as well, of which it is a part.
        hands: ({ facts }, held) => withEventsOf(held, facts),
        handsFailed: true,
      } satisfies Row<Execute>,
      ...handlersOf(executed),
    },
  },
  {
    target: 'QueryBus',
    family: 'queries',
    methods: {
      execute: {
        span: SPAN_QUERY,
        attributes: { [ATTR_QUERY_TYPE]: typeOf },
        metrics: queriesHandled(typeOf),
        logs: queryRecords(typeOf),
        settled: { [attr.ATTR_HANDLER_NAME]: (call) => told(call).handler },
      } satisfies Row<Execute>,
      ...handlersOf(executed),
    },
  },
] as const satisfies readonly Aspect[];
