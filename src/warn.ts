// SPDX-License-Identifier: Apache-2.0
// Warnings for the person who configures: through `diag` where somebody listens to it, else once on stderr, since a preload
// runs before anybody can.
import { note } from './ledger.js';
import { reasonOf } from './reasons.js';
import said from './said.cjs';
import { writeToStderr } from './stderr.js';
import { PACKAGE_NAME } from './version.js';
import { diag } from './weaving/diag.js';
import { registered } from './weaving/registered.js';
import { ignoringErrors } from './weaving/telling.js';

/**
 * Says a thing once in the life of the process.
 *
 * @param message what will not be as somebody wants it, and what to do
 * @param cause what was thrown, where that is the reason: `diag` then gets an error, stderr its message behind ours
 * @param kind what is the same in messages of which the first is enough
 */
export function warnOnce(message: string, cause?: unknown, kind = message): void {
  if (!said.isNews(kind)) return;
  const text = `${PACKAGE_NAME}: ${message}`;
  note({ what: 'complaint', text: `${message}${cause === undefined ? '' : `: ${reasonOf(cause)}`}` });
  if (!isDiagHeard()) writeToStderr(`${text}${cause === undefined ? '' : `: ${reasonOf(cause)}`}\n`);
  else ignoringErrors(() => (cause === undefined ? diag.warn(text) : diag.error(text, cause)));
}

/** The API has no question for it. */
export function isDiagHeard(): boolean {
  return registered().diag !== undefined;
}
