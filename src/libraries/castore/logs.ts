// SPDX-License-Identifier: Apache-2.0
// What is logged of event stores.
import type { EventStore } from '@castore/core';
import * as attr from '../../conventions/attributes.js';
import type { Call, Extracted, Recipe } from '../../weaving/aspect.js';
import { loadRecords } from '../logs/aggregates.js';
import type { Records } from '../logs/record.js';
import { appendRecords, type Expectation } from '../logs/stores.js';
import { expectedVersion, isConflict } from './told.js';

type OfMethod<M extends 'pushEvent' | 'getAggregate'> = Call<
  EventStore,
  Parameters<EventStore[M]>,
  Awaited<ReturnType<EventStore[M]>>
>;

/** Which adapter it is, stands in the name of the span. */
const logger = 'eventsource.stores';

function refusedAt({ error }: Pick<Call, 'error'>, expected: number | undefined): Expectation | undefined {
  if (!isConflict(error)) return undefined;
  return expected === 0 ? 'new' : 'at a version';
}

export const pushRecords = appendRecords<OfMethod<'pushEvent'>>({
  logger,
  stream: {
    [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
    [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.eventStoreId,
  },
  count: () => 1,
  version: ({ result }) => result.event.version,
  refusal: { expected: expectedVersion, refused: (call) => refusedAt(call, expectedVersion(call)) },
});

interface Group<C> {
  /** What all events of it share. */
  readonly stream: Recipe<C>;
  readonly count: (call: C) => number;
  readonly version: (call: C) => Extracted;
  readonly expected: (call: C) => number | undefined;
}

/** A group is of one aggregate, or each event expects a version of its own. */
export function pushGroupRecords<C extends Pick<Call, 'error'>>({ expected, ...group }: Group<C>): Records<C> {
  return appendRecords<C>({
    ...group,
    logger,
    refusal: { expected, refused: (call) => refusedAt(call, expected(call)) },
  });
}

export const loadedRecords = loadRecords<OfMethod<'getAggregate'>>({
  aggregate: {
    [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
    [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.eventStoreId,
  },
  version: ({ result }) => result.aggregate?.version,
  count: ({ result }) => result.events.length,
});
