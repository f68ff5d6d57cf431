// SPDX-License-Identifier: Apache-2.0
// What is measured. Emmett speaks of streams, whose names hold ids: there are no types of aggregates.
import type { Call } from '../../weaving/aspect.js';
import type { Measurement } from '../../weaving/signals.js';
import { sharedBy } from '../listed.js';
import { loads } from '../metrics/aggregates.js';
import { handledEvents } from '../metrics/deliveries.js';
import { commandsHandled, commandsRetried, projected } from '../metrics/handling.js';
import { appends, reads } from '../metrics/stores.js';
import { type Handled, retries } from './attempts.js';
import { isConflict, replayed } from './versions.js';

type Measurements = readonly Measurement<Call>[];

/** How the names of the functions that make stores end, by what the events are kept in. */
const components = {
  in_memory: 'InMemoryEventStore',
  postgresql: 'PostgreSQLEventStore',
  sqlite: 'SQLiteEventStore',
} as const;

export type System = keyof typeof components;

/** Callers pass anything. */
function typeOf(message: unknown): string | undefined {
  const type = (message as { readonly type?: unknown } | null | undefined)?.type;
  return typeof type === 'string' ? type : undefined;
}

/** The type that all of them share. */
function typeIn(given: unknown): string | undefined {
  return sharedBy(Array.isArray(given) ? given : [given], typeOf);
}

export const appending = (system: System): Measurements =>
  appends({
    component: components[system],
    count: ({ args }) => (Array.isArray(args[1]) ? args[1].length : undefined),
    isConflict: ({ failed, error }) => failed && isConflict(error),
  });

export const reading = (system: System): Measurements => reads({ component: components[system] });

export const loading: Measurements = loads({
  outcome: 'none',
  count: (call: Call) => replayed(call),
});

export const handled: Measurements = [
  ...commandsHandled<Call>(),
  ...commandsRetried<Call>({ component: 'CommandHandler', count: ({ facts }) => retries(facts as Handled) }),
];

const decided = ({ args }: Call) => typeIn(args[2]);

export const deciding: Measurements = [
  ...commandsHandled<Call>(decided),
  ...commandsRetried<Call>({
    component: 'DeciderCommandHandler',
    type: decided,
    count: ({ facts }) => retries(facts as Handled),
  }),
];

export const sending: Measurements = commandsHandled<Call>(({ args }) => typeOf(args[0]));

/** An inline projection gets all events of an append at once. */
export const projecting = projected<Call<{ readonly name?: string } | undefined>>({
  name: ({ self }) => self?.name,
  type: ({ args }) => typeIn(args[0]),
});

interface HandedOn<C> {
  readonly processor: (call: C) => string | undefined;
  readonly type: (call: C) => string | undefined;
}

/** One event that a processor hands on. */
export function handedOn<C extends Call<unknown, unknown, unknown>>({ processor, type }: HandedOn<C>) {
  return handledEvents<C>({ subscription: processor, eventType: type });
}
