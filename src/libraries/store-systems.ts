// SPDX-License-Identifier: Apache-2.0
// What a store keeps its events in, as the beginning of the names of its spans.
import { snakeCase } from './eventsource/names.js';

/** Names of classes and options that are not the database's own. */
const SYNONYMS: Readonly<Record<string, string>> = {
  inmemory: 'in_memory',
  memory: 'in_memory',
  dynamo_db: 'dynamodb',
  elastic: 'elasticsearch',
  mongo: 'mongodb',
  mongo_db: 'mongodb',
  postgres: 'postgresql',
  tingo: 'tingodb',
};

export interface StoreSystem {
  /** Such as `redis`; empty where nothing is known. */
  readonly name: string;
  /** `redis_event_store.append_events`; made once. */
  spanOf(operation: string): string;
}

function systemOf(word: string): StoreSystem {
  const plain = snakeCase(word);
  const name = SYNONYMS[plain] ?? plain;
  const spans = new Map<string, string>();
  return {
    name,
    spanOf(operation) {
      const known = spans.get(operation) ?? `${name === '' ? 'event_store' : `${name}_event_store`}.${operation}`;
      spans.set(operation, known);
      return known;
    },
  };
}

/**
 * Finds the system of an object by the name of its class.
 *
 * @param suffix what the names of such classes end with
 */
export function storeSystems(suffix: RegExp): (store: object | undefined) => StoreSystem {
  const unknown = systemOf('');
  const known = new WeakMap<object, StoreSystem>();
  return (store) => {
    const made: unknown = store?.constructor;
    if (typeof made !== 'function') return unknown;
    const system = known.get(made) ?? systemOf(withoutSuffix(made.name, suffix));
    known.set(made, system);
    return system;
  };
}

/** A bundler that has two classes of one name numbers them, or puts underscores before one. */
function withoutSuffix(name: string, suffix: RegExp): string {
  const plain = suffix.test(name) ? name : name.replace(/^_+|\d+$/g, '');
  return plain.replace(suffix, '');
}
