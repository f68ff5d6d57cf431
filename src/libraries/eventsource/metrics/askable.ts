// SPDX-License-Identifier: Apache-2.0
// Whether the database behind a component may be asked something now. Our questions must neither open what was closed, nor keep a
// process alive that has nothing else to do: a pool of connections holds it until they have been idle for a while.

interface Pool {
  readonly ending?: unknown;
  readonly ended?: unknown;
  readonly options?: { readonly idleTimeoutMillis?: unknown; readonly allowExitOnIdle?: unknown } | undefined;
}

interface Component {
  readonly isConnected?: unknown;
  readonly database?: unknown;
  readonly pool?: Pool | null;
}

/** Whether a store or repository has its database still, and is not left to rest at the moment. */
export function canBeAsked(component: object): boolean {
  const { isConnected, database, pool } = component as Component;
  if (isConnected === false || pool?.ending === true || pool?.ended === true) return false;
  if (typeof database === 'object' && (database as { readonly open?: unknown } | null)?.open === false) return false;
  return typeof pool !== 'object' || pool === null || !rests(pool);
}

/** For so long a pool is asked without a rest, or for several times its idle time; ms. */
const WORK = 60_000;
const IDLE_TIMES = 6;
/** A question takes time itself, as does a timer; ms. */
const SLACK = 2000;

interface Asked {
  /** When it was asked for the first time after a rest, and when it was last; ms on the monotonic clock. */
  since: number;
  last: number;
}

const asked = new WeakMap<Pool, Asked>();

/**
 * Each question keeps a connection from being given up as idle. So, from time to time, none is put for as long as that takes: where
 * the pool is all that is left of an application, the process ends then as it does without us.
 */
function rests(pool: Pool): boolean {
  const { idleTimeoutMillis: idle, allowExitOnIdle } = pool.options ?? {};
  if (typeof idle !== 'number' || !(idle > 0) || allowExitOnIdle === true) return false;
  const now = performance.now();
  const { since, last } = asked.get(pool) ?? { since: now, last: now };
  const hasRested = now - last > idle + SLACK;
  if (!hasRested && now - since > Math.max(WORK, idle * IDLE_TIMES)) return true;
  asked.set(pool, { since: hasRested ? now : since, last: now });
  return false;
}
