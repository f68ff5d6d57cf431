// SPDX-License-Identifier: Apache-2.0
// What is measured of event stores.
import type { AppendResult, DomainEvent, EventStore, EventStream } from 'eventsource';
import type { GetEventsOptions } from 'eventsource/stores';
import * as attr from '../../../conventions/attributes.js';
import type { Call, Recipe } from '../../../weaving/aspect.js';
import { isOfClass } from '../../../weaving/failure.js';
import type { Measurement } from '../../../weaving/signals.js';
import { COMPONENT } from '../../metrics/shared.js';
import { appends as appendsOfAny, reads as readsOfAny } from '../../metrics/stores.js';
import { anomalies, ofGap } from './deliveries.js';

/** The class of a store: known beforehand, or read off the object where an application has derived it. */
export type StoreClass = string | ((call: { readonly self: EventStore }) => string);

type Append = Call<EventStore, [string, string, readonly DomainEvent[], number], AppendResult>;
type Read = Call<EventStore, [string, (GetEventsOptions | undefined)?], EventStream>;

export function appends(storeClass: StoreClass): readonly Measurement<Append>[] {
  return appendsOfAny<Append>({ component: storeClass, type: ({ args }) => args[1], count: countOf, isConflict });
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
  const type = ({ args }: Read) => args[1]?.aggregateType ?? 'any';
  const ofStore: Recipe<Read> = { [COMPONENT]: storeClass, [attr.ATTR_AGGREGATE_TYPE]: type };
  return [
    ...readsOfAny<Read>({ component: storeClass, type }),
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
