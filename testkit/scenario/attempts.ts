// SPDX-License-Identifier: Apache-2.0
import type { DomainEvent } from 'eventsource/events';
import { createError } from './errors.js';
import type { Marks } from './marks.js';

/** Which handlings of a handler or projection fail, and how. */
export interface Failures {
  /** The first so many. */
  readonly failFirst?: number | undefined;
  /** Those of the events whose ids were made of these texts. */
  readonly failOn?: readonly string[] | undefined;
  /** Class name of the error. */
  readonly error?: string | undefined;
}

/** Counts handlings and makes those fail that should. */
export interface Attempts {
  /** How many are over, well or not. */
  readonly calls: number;
  run(event: DomainEvent, work?: () => Promise<void>): Promise<void>;
}

export function createAttempts(
  { failFirst = 0, failOn = [], error = 'HandlerFailed' }: Failures,
  marks: Marks,
): Attempts {
  const failing = new Set(failOn.map((text) => marks.uuid(text)));
  let started = 0;
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    async run(event, work) {
      started += 1;
      const fails = started <= failFirst || failing.has(event.eventId);
      try {
        await work?.();
        if (fails) throw createError(error);
      } finally {
        calls += 1;
      }
    },
  };
}
