// SPDX-License-Identifier: Apache-2.0
// What is measured. A store is told by the class of what it keeps its events in, such as `Mongo`: all are of one class.
import type { Call } from '../../weaving/aspect.js';
import { classNameOf } from '../eventsource/names.js';
import { type LoadOutcome, loads, lookups } from '../metrics/aggregates.js';
import { appends, reads } from '../metrics/stores.js';
import { asQuery, type EventStream, type Eventstore, type Snapshot, sizeOfCommit } from './shapes.js';

type OfStore<Args extends readonly unknown[] = readonly unknown[], Result = unknown> = Call<
  Pick<Eventstore, 'store'>,
  Args,
  Result
>;

const component = ({ self }: OfStore) => (self.store === undefined ? undefined : classNameOf(self.store));

const type = ({ args }: { readonly args: readonly unknown[] }) => asQuery(args[0]).aggregate;

export const committed = appends<OfStore<readonly unknown[], EventStream | undefined>>({
  component,
  type,
  count: ({ result }) => sizeOfCommit(result),
});

export const readings = reads<OfStore>({ component, type });

/** Of a read that is given a time instead of a query. */
export const readingsSince = reads<OfStore>({ component });

type Page = Call<object, readonly unknown[], unknown>;
const ofPages = ({ self }: Page) => classNameOf(self);

/** Of a further page of a read. */
export const pages = reads<Page>({ component: ofPages, type });
export const pagesSince = reads<Page>({ component: ofPages });

type Load = OfStore<readonly unknown[], readonly [snapshot: Snapshot | null, stream: EventStream] | undefined>;

/** Nothing is known of a load that has nobody to call back. */
function outcome({ result }: Load): LoadOutcome | undefined {
  if (result?.[1] === undefined) return undefined;
  return result[0] ? 'hit' : 'miss';
}

export const loaded = [
  ...loads<Load>({ type, outcome, count: ({ result }) => result?.[1]?.events.length }),
  ...lookups<Load>({ type, outcome }),
];
