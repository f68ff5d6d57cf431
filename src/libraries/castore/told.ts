// SPDX-License-Identifier: Apache-2.0
// What a command is told.
import type { EventStore } from '@castore/core';
import type { Appended } from '../appended.js';

/** What a command is told of itself. */
export interface Handled extends Appended {
  /** Calls of the application's handler that have ended. */
  readonly attempts?: number;
}

/** Attempts after the first one. */
export function retries({ attempts = 0 }: Handled): number | undefined {
  return attempts > 1 ? attempts - 1 : undefined;
}

/** The library tells a lost race by the code of the error, whatever its class; adapters bring classes of their own. */
export function isConflict(error: unknown): boolean {
  try {
    return (error as { code?: unknown } | null | undefined)?.code === 'EventAlreadyExistsError';
  } catch {
    // Anything may be thrown.
    return false;
  }
}

/** An event that is forced takes the place of another one: no version is expected. */
export function expectedVersion({ args: [event, options] }: { readonly args: Parameters<EventStore['pushEvent']> }) {
  return options?.force === true || typeof event?.version !== 'number' ? undefined : event.version - 1;
}
