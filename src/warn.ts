// SPDX-License-Identifier: Apache-2.0
// Warnings for the person who configures: through `diag` where somebody listens to it, else once on stderr, since a preload
// runs before anybody can.
import { diag } from '@opentelemetry/api';
import { PACKAGE_NAME } from './version.js';

const said = new Set<string>();

/** Says a thing once in the life of the process. */
export function warnOnce(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  if (isDiagHeard()) diag.warn(`${PACKAGE_NAME}: ${message}`);
  else process.stderr.write(`${PACKAGE_NAME}: ${message}\n`);
}

/** The API has no question for it; its registry is a global of this name since 1.0. */
function isDiagHeard(): boolean {
  const registry = (globalThis as Record<symbol, { diag?: unknown } | undefined>)[Symbol.for('opentelemetry.js.api.1')];
  return registry?.diag !== undefined;
}
