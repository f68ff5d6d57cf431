// SPDX-License-Identifier: Apache-2.0
// What is logged of event stores. A refused append is no matter of concern by itself: its caller loads anew and tries again.
import type { EventStore } from 'eventsource';
import type { SQLiteEventStore } from 'eventsource/stores';
import * as attr from '../../../conventions/attributes.js';
import type { Recipe } from '../../../weaving/aspect.js';
import { className } from '../../../weaving/failure.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';

type Append = CallOf<EventStore, 'appendEvents'>;
type Open = CallOf<SQLiteEventStore, 'connect'>;

/** What a stream can be expected to be, besides at a version. */
const NO_STREAM = 0;
const STREAM_EXISTS = -2;

const stream: Recipe<Append> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
  [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1],
};
const expectation: Recipe<Append> = {
  ...stream,
  [attr.ATTR_EXPECTED_VERSION]: ({ args }) => args[3],
  'eventsource.actual_version': ({ error }) =>
    (error as { readonly actualVersion?: number } | undefined)?.actualVersion,
};

/** How many events the store had already; known where a version was expected. */
function leftOut({ args, result }: Append): number {
  return args[3] < 0 ? 0 : args[2].length - (result.newVersion - args[3]);
}

/** Whether the stream was not as expected, and it was this expectation. */
const refused =
  (expected: (version: number) => boolean) =>
  ({ args, error }: Append): boolean =>
    className(error) === 'OptimisticLockError' && expected(args[3]);

export function appendRecords(logger: string): Records<Append> {
  const at = loggerNamed(logger);
  return [
    at.debug('append committed', {
      on: 'success',
      attributes: {
        ...stream,
        [attr.ATTR_EVENT_COUNT]: ({ args }) => args[2]?.length,
        [attr.ATTR_VERSION]: ({ result }) => result.newVersion,
      },
    }),
    at.debug('events left out of an append, the store has them already', {
      on: 'success',
      when: (call) => leftOut(call) > 0,
      attributes: { ...stream, [attr.ATTR_EVENT_COUNT]: leftOut },
    }),
    at.debug('append refused: there is no such stream', {
      on: 'failure',
      when: refused((version) => version === STREAM_EXISTS),
      attributes: expectation,
    }),
    at.debug('append refused: the stream is not new', {
      on: 'failure',
      when: refused((version) => version === NO_STREAM),
      attributes: expectation,
    }),
    at.debug('append refused: the stream is at another version', {
      on: 'failure',
      when: refused((version) => version > NO_STREAM),
      attributes: expectation,
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
