// SPDX-License-Identifier: Apache-2.0
import { writeToStderr } from '../stderr.js';
import { PACKAGE_NAME } from '../version.js';

/** Past `diag`, whose listener may want less than this: for the person at the terminal. */
export function say(text: string): void {
  writeToStderr(`${PACKAGE_NAME}: ${text}\n`);
}

/** The first line of the first error. */
export function reasonOf(error: unknown): string {
  const [first] = error instanceof AggregateError || Array.isArray(error) ? flat(error) : [error];
  const { message, code } = (first ?? {}) as { message?: unknown; code?: unknown };
  return String(message || code || first).split('\n', 1)[0] ?? '';
}

function flat(error: AggregateError | readonly unknown[]): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : error;
}
