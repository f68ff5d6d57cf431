// SPDX-License-Identifier: Apache-2.0
// Warnings for the person who configures: through `diag` where somebody listens to it, else once on stderr, since a preload
// runs before anybody can.
import { diag } from '@opentelemetry/api';
import { note } from './ledger.js';
import { reasonOf } from './reasons.js';
import said from './said.cjs';
import { writeToStderr } from './stderr.js';
import { PACKAGE_NAME } from './version.js';
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

/** The API has no question for it; its registry is a global of this name since 1.0. */
export function isDiagHeard(): boolean {
  const registry = (globalThis as Record<symbol, { diag?: unknown } | undefined>)[Symbol.for('opentelemetry.js.api.1')];
  return registry?.diag !== undefined;
}
