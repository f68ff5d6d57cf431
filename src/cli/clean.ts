// SPDX-License-Identifier: Apache-2.0
// Takes secrets out of a diagnosis, where texts come from the application or its environment. What the doctor says in words of its own
// stays: ids and weights, by which a program goes, and remedies.
import { accepted } from './variables.js';

/** Fields whose values are words of ours, or numbers. */
const OWN_WORDS = new Set([
  ...['id', 'weight', 'remedy', 'by', 'how', 'hooks', 'state', 'mode', 'library', 'family'],
  ...['version', 'registry', 'api', 'traceId', 'watched'],
]);

export function clean<T>(value: T, withoutSecrets: (text: string) => string): T {
  const cleaned = (each: unknown, key: string): unknown => {
    if (OWN_WORDS.has(key) || isAccepted(key, each)) return each;
    if (typeof each === 'string') return withoutSecrets(each);
    if (Array.isArray(each)) return each.map((one) => cleaned(one, ''));
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([name, one]) => [name, cleaned(one, name)]));
  };
  return cleaned(value, '') as T;
}

/** A value of a variable that has no others. */
function isAccepted(name: string, value: unknown): boolean {
  const values: readonly string[] = accepted[name as keyof typeof accepted] ?? [];
  return typeof value === 'string' && value.split(',').every((each) => values.includes(each.trim()));
}
