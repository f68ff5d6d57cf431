// SPDX-License-Identifier: Apache-2.0
// What is logged. The library does not tell an optimistic race that was lost.
import * as attr from '../../conventions/attributes.js';
import type { Call, Recipe } from '../../weaving/aspect.js';
import { loadRecords, snapshotSavedRecords } from '../logs/aggregates.js';
import { appendRecords } from '../logs/stores.js';
import { asQuery, type EventStream, reached, type Snapshot, sizeOfCommit } from './shapes.js';

/** Of a query, a stream or a snapshot. */
const aggregate: Recipe<{ readonly args: ArrayLike<unknown> }> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => asQuery(args[0]).aggregateId ?? asQuery(args[0]).streamId,
  [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => asQuery(args[0]).aggregate,
};

/** What the events are kept in, stands in the name of the span. */
export const commitRecords = appendRecords<Call<unknown, readonly unknown[], EventStream | undefined>>({
  logger: 'eventsource.stores',
  stream: aggregate,
  count: ({ result }) => sizeOfCommit(result),
  version: ({ result }) => reached(result?.lastRevision),
});

type Load = Call<unknown, readonly unknown[], readonly [Snapshot | null, EventStream] | undefined>;

export const loadedRecords = loadRecords<Load>({
  aggregate,
  version: ({ result }) => reached(result?.[1]?.lastRevision),
  count: ({ result }) => result?.[1]?.events.length,
  usedSnapshot: ({ result }) => result?.[0]?.revision,
});

export const snapshotRecords = snapshotSavedRecords<Call<unknown, readonly [Snapshot, unknown?]>>(
  'eventsource.snapshots',
  { ...aggregate, [attr.ATTR_VERSION]: ({ args }) => args[0]?.revision },
);
