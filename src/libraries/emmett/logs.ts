// SPDX-License-Identifier: Apache-2.0
// What is logged.
import * as attr from '../../conventions/attributes.js';
import type { Call, Recipe } from '../../weaving/aspect.js';
import { loadRecords } from '../logs/aggregates.js';
import { retriedCommandRecords } from '../logs/handling.js';
import type { Records } from '../logs/record.js';
import { appendRecords, type Expectation } from '../logs/stores.js';
import { type Handled, retries } from './attempts.js';
import type { System } from './metrics.js';
import { conflictVersion, expectedVersion, isConflict } from './versions.js';

type OfStore = Call<unknown, readonly unknown[], { readonly nextExpectedStreamVersion?: bigint }>;
type OfLoad = Call<unknown, readonly unknown[], { readonly currentStreamVersion?: bigint }>;

const stream: Recipe<{ readonly args: readonly unknown[] }> = {
  [attr.ATTR_STREAM_ID]: ({ args }) => (typeof args[0] === 'string' ? args[0] : undefined),
};

function expectationOf({ args }: Pick<Call, 'args'>): unknown {
  return (args[2] as { readonly expectedStreamVersion?: unknown } | undefined)?.expectedStreamVersion;
}

function refused(call: Pick<Call, 'args' | 'error'>): Expectation | undefined {
  if (!isConflict(call.error)) return undefined;
  const expected = expectationOf(call);
  if (expected === 'STREAM_EXISTS') return 'there';
  return expectedVersion(expected) === 0 ? 'new' : 'at a version';
}

export const appendingRecords = (system: System): Records<OfStore> =>
  appendRecords<OfStore>({
    logger: `eventsource.stores.${system}`,
    stream,
    count: ({ args }) => (Array.isArray(args[1]) ? args[1].length : undefined),
    version: ({ result }) => result?.nextExpectedStreamVersion,
    refusal: {
      expected: (call) => expectedVersion(expectationOf(call)),
      actual: ({ error }) => conflictVersion(error),
      refused,
    },
  });

export const loadingRecords: Records<OfLoad> = loadRecords<OfLoad>({
  aggregate: stream,
  version: ({ result }) => result?.currentStreamVersion,
  count: ({ facts }) => facts.replayed as number | undefined,
});

/** @param attributes which command it is */
export function handlingRecords<C extends Call>(attributes: Recipe<C>): Records<C> {
  return retriedCommandRecords<C>({
    attributes,
    retries: ({ facts }) => retries(facts as Handled),
    conflicts: ({ facts }) => (facts as Handled).conflicts,
  });
}
