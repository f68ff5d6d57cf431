// SPDX-License-Identifier: Apache-2.0
// The run of a consumer, from its start to its end: how far it has come, and whose work it is. A processor may also be handed its
// messages without a consumer.
import type { Call, Enclosing, Facts } from '../../weaving/aspect.js';

/** What the run of a consumer is told of itself. */
interface Run extends Facts {
  readonly caughtUp?: boolean;
}

/** Options of a consumer, or of a rebuild, which has one of its own. */
interface Options {
  readonly pulling?: { readonly batchSize?: number };
  readonly stopWhen?: { readonly noMessagesLeft?: boolean };
  readonly projections?: unknown;
  readonly projection?: unknown;
}

/** How many messages a consumer pulls at once where nobody says so. */
const BATCH_SIZE = 100;

/** The call as the run of a consumer, where it is one. */
export function asRun(call: Enclosing | undefined): Enclosing | undefined {
  return call?.maker !== undefined && (call.self as { processors?: unknown }).processors !== undefined
    ? call
    : undefined;
}

function optionsOf(run: Enclosing): Options {
  return (run.maker?.args[0] ?? {}) as Options;
}

export function batchSizeOf(run: Enclosing): number {
  return optionsOf(run).pulling?.batchSize ?? BATCH_SIZE;
}

/** It ends by itself, so that whoever has started it waits for its work. */
export function endsByItself(run: Enclosing): boolean {
  const { stopWhen, projections, projection } = optionsOf(run);
  return stopWhen?.noMessagesLeft === true || (projections ?? projection) !== undefined;
}

/** The messages of a batch; none where it is no list: callers pass anything. */
export function messagesOf({ args }: Pick<Call, 'args'>): readonly unknown[] {
  return Array.isArray(args[0]) ? args[0] : [];
}

/**
 * The library does not say that it has caught up. It has with the first batch that is not full, or the first poll that brings
 * nothing, and stays so for the rest of the run; without a run, each batch is looked at alone.
 */
export function phaseOf(batch: Enclosing): 'catching_up' | 'live' {
  const run = asRun(batch.enclosing);
  if (run !== undefined && (run.facts as Run).caughtUp === true) return 'live';
  return messagesOf(batch).length < (run === undefined ? BATCH_SIZE : batchSizeOf(run)) ? 'live' : 'catching_up';
}

export const caughtUp: Run = { caughtUp: true };
