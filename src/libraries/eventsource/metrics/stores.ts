// SPDX-License-Identifier: Apache-2.0
// What is measured of event stores.
import type { AppendResult, DomainEvent, EventStore, EventStream } from 'eventsource';
import type { GetEventsOptions } from 'eventsource/stores';
import * as attr from '../../../conventions/attributes.js';
import type { Call, Recipe } from '../../../weaving/aspect.js';
import { isOfClass } from '../../../weaving/failure.js';
import type { Instrument, Measurement } from '../../../weaving/signals.js';
import { COMPONENT, ofFailure, secondsOfCalls } from '../../metrics/shared.js';
import { anomalies, ofGap } from './deliveries.js';

const appendTime = {
  kind: 'histogram',
  name: 'eventsource.append.duration',
  unit: 's',
  description: 'Time of one append, all its events together',
  question: 'Is the store slow to write, and which of its appends fail?',
  buckets: secondsOfCalls,
} as const satisfies Instrument;

const appended = {
  kind: 'counter',
  name: 'eventsource.append.events',
  unit: '{event}',
  description: 'Events that were appended',
  question: 'How much is written, and of what?',
} as const satisfies Instrument;

const conflicts = {
  kind: 'counter',
  name: 'eventsource.append.conflicts',
  unit: '{conflict}',
  description: 'Appends that were refused since the stream was at another version',
  question: 'Which aggregates do several writers change at the same time?',
} as const satisfies Instrument;

const readTime = {
  kind: 'histogram',
  name: 'eventsource.read.duration',
  unit: 's',
  description: 'Time for reading the events of one aggregate',
  question: 'Is it the store that makes loading slow?',
  buckets: secondsOfCalls,
} as const satisfies Instrument;

/** The class of a store: known beforehand, or read off the object where an application has derived it. */
export type StoreClass = string | ((call: { readonly self: EventStore }) => string);

type Append = Call<EventStore, [string, string, readonly DomainEvent[], number], AppendResult>;
type Read = Call<EventStore, [string, (GetEventsOptions | undefined)?], EventStream>;

export function appends(storeClass: StoreClass): readonly Measurement<Append>[] {
  const ofStore: Recipe<Append> = { [COMPONENT]: storeClass, [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1] };
  return [
    { instrument: appendTime, attributes: { ...ofStore, ...ofFailure } },
    { instrument: appended, attributes: ofStore, value: countOf, on: 'success' },
    {
      instrument: conflicts,
      attributes: ofStore,
      value: (call) => (isConflict(call) ? 1 : undefined),
    },
  ];
}

/** One that an event was in the store already is not appended again, which the version that was reached tells. */
function countOf({ args, result }: Append): number | undefined {
  if (result?.conflict === true) return undefined;
  const [, , events, expectedVersion] = args;
  const grownBy = result?.newVersion - expectedVersion;
  return expectedVersion >= 0 && grownBy >= 0 && grownBy < events.length ? grownBy : events.length;
}

/** Told by name, for the library is not imported at run time. Its stores throw; one of the application may say it in its result. */
function isConflict({ failed, error, result }: Append): boolean {
  return failed ? isOfClass(error, 'OptimisticLockError') : result?.conflict === true;
}

export function reads(storeClass: StoreClass): readonly Measurement<Read>[] {
  const ofStore: Recipe<Read> = {
    [COMPONENT]: storeClass,
    [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1]?.aggregateType ?? 'any',
  };
  return [
    { instrument: readTime, attributes: { ...ofStore, ...ofFailure } },
    { instrument: anomalies, attributes: { ...ofStore, ...ofGap }, value: missing, on: 'success' },
  ];
}

/** The version of a stream is the number of its last event: as many must have come, unless only some were asked for. */
function missing({ args, result }: Read): number | undefined {
  const { aggregateType, fromVersion = 0, fromTimestamp, toTimestamp } = args[1] ?? {};
  if (aggregateType === undefined || fromTimestamp !== undefined || toTimestamp !== undefined) return undefined;
  const gap = result?.version - fromVersion - result?.events?.length;
  return gap > 0 ? gap : undefined;
}
