// SPDX-License-Identifier: Apache-2.0
// What is logged of event stores.
import type { EventStore } from 'eventsource';
import type { SQLiteEventStore } from 'eventsource/stores';
import * as attr from '../../../conventions/attributes.js';
import type { Recipe } from '../../../weaving/aspect.js';
import { className } from '../../../weaving/failure.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';
import { appendRecords as appendRecordsOfAny, type Expectation } from '../../logs/stores.js';

type Append = CallOf<EventStore, 'appendEvents'>;
type Open = CallOf<SQLiteEventStore, 'connect'>;

/** What a stream can be expected to be, besides at a version. */
const NO_STREAM = 0;
const STREAM_EXISTS = -2;

const stream: Recipe<Append> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
  [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1],
};
/** How many events the store had already; known where a version was expected. */
function leftOut({ args, result }: Append): number {
  return args[3] < 0 ? 0 : args[2].length - (result.newVersion - args[3]);
}

function refused({ args, error }: Append): Expectation | undefined {
  if (className(error) !== 'OptimisticLockError') return undefined;
  const [, , , expected] = args;
  if (expected === STREAM_EXISTS) return 'there';
  if (expected === NO_STREAM) return 'new';
  return expected > NO_STREAM ? 'at a version' : undefined;
}

export function appendRecords(logger: string): Records<Append> {
  return [
    ...appendRecordsOfAny<Append>({
      logger,
      stream,
      count: ({ args }) => args[2]?.length,
      version: ({ result }) => result.newVersion,
      refusal: {
        expected: ({ args }) => args[3],
        actual: ({ error }) => (error as { readonly actualVersion?: number } | undefined)?.actualVersion,
        refused,
      },
    }),
    loggerNamed(logger).debug('events left out of an append, the store has them already', {
      on: 'success',
      when: (call) => leftOut(call) > 0,
      attributes: { ...stream, [attr.ATTR_EVENT_COUNT]: leftOut },
    }),
  ];
}

const sqlite = loggerNamed('eventsource.stores.sqlite');
const database: Recipe<Open> = { [attr.ATTR_DB_NAME]: ({ self }) => self.database };

export const connectRecords: Records<Open> = [
  sqlite.debug('database opened', {
    on: 'success',
    attributes: { ...database, 'db.sqlite.wal_mode': ({ self }) => self.walMode },
  }),
];
export const closeRecords: Records<Open> = [sqlite.debug('store closed', { on: 'success', attributes: database })];
export const initializeRecords: Records<Open> = [
  sqlite.info('tables are there', { on: 'success', attributes: database }),
];
