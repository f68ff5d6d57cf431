// SPDX-License-Identifier: Apache-2.0
import { writeToStderr } from '../stderr.js';
import { PACKAGE_NAME } from '../version.js';

/** Past `diag`, whose listener may want less than this: for the person at the terminal. */
export function say(text: string): void {
  writeToStderr(`${PACKAGE_NAME}: ${withoutCredentials(text)}\n`);
}

/** @param text that may have addresses with a user and a password */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/\S*@/g, '//');
}

/** Without user, password, query and fragment, in which people keep keys. */
export function shownAddress(address: string): string {
  // Some forget the scheme.
  return withoutCredentials(address)
    .replace(/^(?!\W?\w+:\/\/)\S*@/, '')
    .replace(/[?#].*$/s, '');
}

/** The first line of the first error. */
export function reasonOf(error: unknown): string {
  const [first] = error instanceof AggregateError || Array.isArray(error) ? flat(error) : [error];
  const { message, code, input } = (first ?? {}) as { message?: unknown; code?: unknown; input?: unknown };
  const about = code === 'ERR_INVALID_URL' ? `: ${input}` : '';
  return `${message || code || first}${about}`.split('\n', 1)[0] ?? '';
}

function flat(error: AggregateError | readonly unknown[]): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : error;
}
