// SPDX-License-Identifier: Apache-2.0
// What is measured. A store is told by the class of its storage adapter: all stores are of one class.
import type { Command, EventDetail, EventStore } from '@castore/core';
import type { Call } from '../../weaving/aspect.js';
import { classNameOf } from '../eventsource/names.js';
import { loads } from '../metrics/aggregates.js';
import { commandsHandled, commandsRetried } from '../metrics/handling.js';
import { appends, reads } from '../metrics/stores.js';
import { type Handled, isConflict, retries } from './told.js';

interface WithAdapter {
  readonly eventStorageAdapter?: object | undefined;
}

type OfStore<Result = unknown> = Call<
  Pick<EventStore, 'eventStoreId' | 'eventStorageAdapter'>,
  ArrayLike<unknown>,
  Result
>;

/** The class of the adapter of a store. */
export function adapterOf({ eventStorageAdapter }: WithAdapter): string | undefined {
  return eventStorageAdapter === undefined ? undefined : classNameOf(eventStorageAdapter);
}

const ofStore = {
  component: ({ self }: OfStore) => adapterOf(self),
  type: ({ self }: OfStore) => self.eventStoreId,
};

const lostRace = ({ failed, error }: Pick<Call, 'failed' | 'error'>): boolean => failed && isConflict(error);

export const pushed = appends<OfStore>({ ...ofStore, count: () => 1, isConflict: lostRace });

interface Group<C> {
  readonly component: (call: C) => string | undefined;
  readonly type: (call: C) => string | undefined;
  readonly count: (call: C) => number;
}

/** Of a group, which is of one type of aggregate or of several. */
export function pushedTogether<C extends Pick<Call, 'failed' | 'error'>>(group: Group<C>) {
  return appends<C>({ ...group, isConflict: lostRace });
}

export const read = reads<OfStore>(ofStore);

export const loaded = loads<OfStore<{ readonly events: readonly EventDetail[] }>>({
  type: ofStore.type,
  outcome: 'none',
  count: ({ result }) => result.events.length,
});

type Handle = Call<Pick<Command, 'commandId'>>;
const commandId = ({ self }: Handle) => self.commandId;

export const handled = [
  ...commandsHandled<Handle>(commandId),
  ...commandsRetried<Handle>({
    component: 'Command',
    type: commandId,
    count: ({ facts }) => retries(facts as Handled),
  }),
];
