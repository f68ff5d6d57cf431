// SPDX-License-Identifier: Apache-2.0
// What is logged of appends, of whatever library. A refused append is no matter of concern by itself: its caller loads anew and tries
// again.
import * as attr from '../../conventions/attributes.js';
import type { Extracted, Recipe } from '../../weaving/aspect.js';
import { loggerNamed, type Records } from './record.js';

/** What the stream was expected to be and was not: to be there, to be new, to be at a version. */
export type Expectation = 'there' | 'new' | 'at a version';

interface Append<C> {
  readonly logger: string;
  /** Which stream it is. */
  readonly stream: Recipe<C>;
  /** Events that were to be appended. */
  readonly count: (call: C) => Extracted;
  /** Version that was reached. */
  readonly version: (call: C) => Extracted;
  /** Where the library tells an optimistic race that was lost. */
  readonly refusal?: Refusal<C> | undefined;
}

interface Refusal<C> {
  readonly expected: (call: C) => Extracted;
  /** Version that the stream really had, where the library tells. */
  readonly actual?: ((call: C) => Extracted) | undefined;
  /** Of an append that failed: what was not as expected; `undefined` for any other failure. */
  readonly refused: (call: C) => Expectation | undefined;
}

const REFUSED = 'append refused:';
const refusals: Readonly<Record<Expectation, string>> = {
  there: `${REFUSED} there is no such stream`,
  new: `${REFUSED} the stream is not new`,
  'at a version': `${REFUSED} the stream is at another version`,
};

export function appendRecords<C>({ logger, stream, count, version, refusal }: Append<C>): Records<C> {
  return [
    loggerNamed(logger).debug('append committed', {
      on: 'success',
      attributes: { ...stream, [attr.ATTR_EVENT_COUNT]: count, [attr.ATTR_VERSION]: version },
    }),
    ...(refusal === undefined ? [] : refusalRecords(logger, stream, refusal)),
  ];
}

function refusalRecords<C>(logger: string, stream: Recipe<C>, { expected, actual, refused }: Refusal<C>): Records<C> {
  const at = loggerNamed(logger);
  const attributes = {
    ...stream,
    [attr.ATTR_EXPECTED_VERSION]: expected,
    ...(actual === undefined ? {} : { 'eventsource.actual_version': actual }),
  };
  return (Object.keys(refusals) as Expectation[]).map((what) =>
    at.debug<C>(refusals[what], { on: 'failure', when: (call) => refused(call) === what, attributes }),
  );
}
