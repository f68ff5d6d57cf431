// SPDX-License-Identifier: Apache-2.0
import { createError } from './errors.js';
import { lookUp, type Run } from './run.js';
import type { Parameters } from './scenario.js';
import { addressOf } from './services.js';

interface EventValue {
  readonly event: string;
  readonly id: string;
  readonly aggregate: string;
  readonly version: number;
  readonly data?: Parameters;
  readonly tenant?: string;
  readonly actor?: string;
}

/** The special values by the key that tells them (README.md, Values). */
const kinds = {
  $: ({ $: path }: { $: string }, run: Run) => lookUp(path, run),
  uuid: ({ uuid }: { uuid: string }, { marks }: Run) => marks.uuid(uuid),
  event: createEvent,
  stream: ({ stream, type }: { stream: string; type: string }, { marks }: Run) => `${marks.uuid(stream)}:${type}`,
  class: ({ class: name }: { class: string }, { domain }: Run) => domain.classCalled(name),
  error: ({ error, message }: { error: string; message?: string }) => createError(error, message),
  temp: ({ temp }: { temp: string }, { marks }: Run) => marks.temp(temp),
  unique: ({ unique }: { unique: string }, { marks }: Run) => marks.unique(unique),
  service: ({ service }: { service: string }) => addressOf(service),
};

type Kind = keyof typeof kinds;

/** What a value of the language means; lists and plain objects are evaluated inside. */
export function evaluate(value: unknown, run: Run): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, run));
  if (typeof value !== 'object' || value === null) return value;
  const kind = (Object.keys(kinds) as Kind[]).find((key) => Object.hasOwn(value, key));
  const read = kind && (kinds[kind] as (value: object, run: Run) => unknown);
  return read ? read(value, run) : evaluateEach(value as Parameters, run);
}

/** The same for the values of a plain object, whose own keys are names and tell nothing. */
export function evaluateEach(values: Parameters = {}, run: Run): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, evaluate(value, run)]));
}

function createEvent({ event, id, aggregate, version, data, tenant, actor }: EventValue, run: Run): unknown {
  const { marks, domain } = run;
  return domain.createEvent(event, {
    ...evaluateEach(data, run),
    eventId: marks.uuid(id),
    aggregateId: marks.uuid(aggregate),
    aggregateVersion: version,
    ...(tenant !== undefined && { tenantId: marks.uuid(tenant) }),
    ...(actor !== undefined && { actorId: actor }),
  });
}
