// SPDX-License-Identifier: Apache-2.0
// Versions of streams: of one that does not exist, 0.
import type { Call } from '../../weaving/aspect.js';

export function expectedVersion(expected: unknown): bigint | number | undefined {
  if (expected === 'STREAM_DOES_NOT_EXIST') return 0;
  return typeof expected === 'bigint' || typeof expected === 'number' ? expected : undefined;
}

/** How many events a load met: as its read tells, or from the result of one on SQLite, which reads by itself. */
export function replayed({ facts, args, result }: Pick<Call, 'facts' | 'args' | 'result'>): number | undefined {
  if (facts.replayed !== undefined) return facts.replayed as number;
  const options = args[1] as { readonly read?: { readonly from?: unknown } } | null | undefined;
  const loaded = result as { readonly currentStreamVersion?: unknown } | null | undefined;
  return eventsUpTo(loaded?.currentStreamVersion, options?.read?.from);
}

/** How many events stand between `from` and `version`. */
function eventsUpTo(version: unknown, from: unknown): number | undefined {
  if (typeof version !== 'bigint') return undefined;
  const first = typeof from === 'bigint' && from > 0n ? from : 1n;
  return version < first ? 0 : Number(version - first) + 1;
}

interface Conflict {
  readonly errorCode?: unknown;
  readonly current?: unknown;
}

/** Each package has classes of errors of its own: a lost race is told by the code. Anything may be thrown. */
export function isConflict(error: unknown): error is Conflict {
  try {
    return (error as Conflict | null | undefined)?.errorCode === 412;
  } catch {
    return false;
  }
}

/** The version that a stream really had, which comes as text; -1 where the store does not know it. */
export function conflictVersion(error: unknown): number | undefined {
  if (!isConflict(error)) return undefined;
  const { current } = error;
  return typeof current === 'string' && /^\d+$/.test(current) ? Number(current) : undefined;
}
