// SPDX-License-Identifier: Apache-2.0
// One value from an option or from the environment. A value that cannot be used is complained of, with the values that can and
// with what holds instead. The only place that reads a variable.

export type Environment = Readonly<Record<string, string | undefined>>;
export type Complain = (complaint: string) => void;

/** Of all variables of ours. */
export const PREFIX = 'OTEL_INSTRUMENTATION_EVENTSOURCE_';

/** A variable's text; as everywhere in OpenTelemetry, one that is set to nothing is not set. */
export function variable(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

/** A value and how a complaint names it. */
export interface Source {
  readonly name: string;
  readonly value: unknown;
}

/** How a kind of value is read. */
export interface Reading<T> {
  readonly accepted: string;
  readonly read: (value: unknown) => T | undefined;
}

export const flag: Reading<boolean> = {
  accepted: 'true or false',
  read(value) {
    const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
    if (text === true || text === 'true') return true;
    return text === false || text === 'false' ? false : undefined;
  },
};

export const packageNames: Reading<readonly string[]> = {
  accepted: 'a list of package names (in the environment separated by commas)',
  read(value) {
    const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value;
    if (!Array.isArray(names) || names.length === 0) return undefined;
    return names.every((name) => typeof name === 'string' && name !== '') ? [...names] : undefined;
  },
};

export const milliseconds: Reading<number> = {
  accepted: 'a whole number of milliseconds, 0 for not waiting',
  read: (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined),
};

export const duration: Reading<number> = {
  accepted: 'a whole number of milliseconds, 1 or more',
  read: readCount,
};

export const count: Reading<number> = {
  accepted: 'a whole number, 1 or more',
  read: readCount,
};

/** One of some words, in whatever case. */
export function oneOf<T extends string>(words: readonly T[]): Reading<T> {
  return {
    accepted: words.join(', '),
    read: (value) => words.find((word) => typeof value === 'string' && word === value.trim().toLowerCase()),
  };
}

function readCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 1 ? number : undefined;
}

/** The first source that has a usable value. One that has another is complained of, with what holds instead. */
export function firstUsable<T>(
  sources: readonly Source[],
  reading: Reading<T>,
  fallback: T,
  complain: Complain,
  otherwise: (holds: T) => string = (holds) => `Using ${show(holds)}.`,
): T {
  const [source, ...others] = sources;
  if (source === undefined) return fallback;
  const { name, value } = source;
  const usable = value === undefined ? undefined : reading.read(value);
  if (usable !== undefined) return usable;
  const holds = firstUsable(others, reading, fallback, complain, otherwise);
  if (value !== undefined) {
    complain(`${name}: ${show(value)} is not usable; accepted: ${reading.accepted}. ${otherwise(holds)}`);
  }
  return holds;
}

/** A value in a message, whatever it is. */
export function show(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value;
  }
}
