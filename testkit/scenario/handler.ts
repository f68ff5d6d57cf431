// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises';
import { context, propagation } from '@opentelemetry/api';
import type { DomainEvent, EventClass } from 'eventsource/events';
import { type Attempts, createAttempts, type Failures } from './attempts.js';
import { createError } from './errors.js';
import type { Run } from './run.js';
import type { Step } from './scenario.js';

export interface HandlerParameters extends Failures {
  readonly name: string;
  /** The names of the event classes it subscribes to. */
  readonly types?: readonly string[];
  /** The name of a span that each handling opens. */
  readonly span?: string;
  /** Not evaluated before each handling. */
  readonly steps?: readonly Step[];
}

/** Serves as handler, subscriber and registry handler (README.md, The domain). */
export class Handler {
  private readonly attempts: Attempts;
  private readonly types: readonly EventClass[] | undefined;
  private readonly work: () => Promise<void>;

  constructor(attempts: Attempts, types: readonly EventClass[] | undefined, work: () => Promise<void>) {
    this.attempts = attempts;
    this.types = types;
    this.work = work;
  }

  get calls(): number {
    return this.attempts.calls;
  }

  handle(event: DomainEvent): Promise<void> {
    return this.attempts.run(event, this.work);
  }

  canHandle(event: DomainEvent): boolean {
    return this.types === undefined || this.types.includes(event.constructor as EventClass);
  }

  subscribedTo(): readonly EventClass[] {
    return this.types ?? [];
  }
}

/** A handler whose class is called as the parameter `name` says. */
export function createHandler({ name, types, span, steps, ...failures }: HandlerParameters, run: Run): Handler {
  const handlerClass = { [name]: class extends Handler {} }[name] ?? Handler;
  return new handlerClass(
    createAttempts(failures, run.marks),
    types && run.domain.eventClassesCalled(types),
    async () => {
      if (span !== undefined) await run.telemetry.inSpan(span, activeBaggage(), () => nextTurn());
      if (steps) await run.perform(steps, `${name}.`);
    },
  );
}

function activeBaggage(): Record<string, string> {
  const entries = propagation.getBaggage(context.active())?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, { value }]) => [`baggage.${key}`, value]));
}

/** An event publisher that is down. */
export class FailingPublisher {
  private readonly error: string;

  constructor(error: string) {
    this.error = error;
  }

  async publish(): Promise<void> {
    throw createError(this.error);
  }
}
