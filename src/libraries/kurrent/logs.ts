// SPDX-License-Identifier: Apache-2.0
// What is logged of appends.
import * as attr from '../../conventions/attributes.js';
import type { Call } from '../../weaving/aspect.js';
import type { Records } from '../logs/record.js';
import { appendRecords, type Expectation } from '../logs/stores.js';
import { actualVersion, expectationOf, expectedVersion, isConflict } from './versions.js';

type OfStream<R> = Call<unknown, readonly [stream: unknown, events: unknown, ...unknown[]], R>;

function refused({ args, error }: Pick<Call, 'args' | 'error'>): Expectation | undefined {
  if (!isConflict(error)) return undefined;
  const expected = expectationOf(args[2]);
  if (expected === 'stream_exists') return 'there';
  return expected === 'no_stream' ? 'new' : 'at a version';
}

export function appendingRecords<C extends OfStream<{ readonly nextExpectedRevision?: bigint } | undefined>>(
  count: (call: C) => number | undefined,
): Records<C> {
  return appendRecords<C>({
    logger: 'eventsource.stores.kurrentdb',
    stream: { [attr.ATTR_STREAM_ID]: ({ args }) => (typeof args[0] === 'string' ? args[0] : undefined) },
    count,
    version: ({ result }) => result?.nextExpectedRevision,
    refusal: {
      expected: ({ args }) => expectedVersion(args[2]),
      actual: ({ error }) => actualVersion(error),
      refused,
    },
  });
}
