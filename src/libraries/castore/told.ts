// SPDX-License-Identifier: Apache-2.0
// What a command is told.
import type { Appended } from '../appended.js';

/** What a command is told of itself. */
export interface Handled extends Appended {
  /** Calls of the application's handler that have ended. */
  readonly attempts?: number;
}

/** The library tells a lost race by the code of the error, whatever its class; adapters bring classes of their own. */
export function isConflict(error: unknown): boolean {
  return (error as { code?: unknown } | null | undefined)?.code === 'EventAlreadyExistsError';
}
