// SPDX-License-Identifier: Apache-2.0
import type { Domain } from './domain.js';
import type { Library } from './library.js';
import type { Marks } from './marks.js';
import type { Step } from './scenario.js';
import type { Telemetry } from './telemetry.js';

/** A call that a `background` step started and did not wait for. */
export interface BackgroundCall {
  readonly name: string;
  readonly settled: Promise<void>;
  /** What it threw; a list, because `undefined` may be thrown. */
  readonly errors: unknown[];
}

/** Everything that belongs to one run of one scenario. */
export interface Run {
  readonly library: Library;
  readonly domain: Domain;
  readonly telemetry: Telemetry;
  readonly marks: Marks;
  /** The named objects of the scenario. */
  readonly objects: Map<string, unknown>;
  readonly background: BackgroundCall[];
  /** Checks that failed where the library swallowed the error, inside a handler. */
  readonly failures: unknown[];
  /** Closes what the interpreter itself opened, the last one first. */
  readonly closers: (() => unknown)[];
  /** Runs further steps of the scenario; `path` goes before their numbers in messages. */
  perform(steps: readonly Step[], path: string): Promise<void>;
}

/** The object under a name, or below it along a path such as `failed.0.retryCount`. */
export function lookUp(path: string, { objects }: Pick<Run, 'objects'>): unknown {
  const [name = '', ...properties] = path.split('.');
  if (!objects.has(name)) throw new Error(`no object is called ${name}`);
  return properties.reduce<unknown>(propertyOf, objects.get(name));
}

/** Scenarios write names as the Python library does (`message_id`); this library has its own form of them (`messageId`). */
function propertyOf(object: unknown, key: string): unknown {
  if (object === undefined || object === null) return undefined;
  if (object instanceof Map) return object.get(key);
  const named = Object(object) as Record<string, unknown>;
  return key in named ? named[key] : named[key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())];
}
