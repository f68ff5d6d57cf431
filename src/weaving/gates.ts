// SPDX-License-Identifier: Apache-2.0
// The one place that asks who wants something of a call. It is asked once a call, before anything is made for it; a call that
// nobody wants anything of costs these questions and allocates nothing. A new signal is one more line.
import { enclosingIn } from './activation.js';
import { context } from './global-api.js';
import type { JoinPoint } from './join-point.js';

/** Bits of the answer. */
export const TRACE = 1;
export const MEASURE = 2;
export const LOG = 4;
/** The enclosing woven call wants to hear what this one found out. */
export const HAND_UP = 8;
/** Objects begin or end to be observed, for which nobody has to be there yet, or it tells something of those that are. */
export const LIVE = 16;
/** Not of the answer: the span of the call has been put off until the call fails. */
export const LATE = 32;
/** Not a wish: the call is a layer of one above it, which is measured in its place. */
export const INNER = 64;

/** What is wanted of the calls at a join point now; 0: they run bare. The family and the object have their say afterwards. */
export function wishesFor(joinPoint: JoinPoint): number {
  const { runtime, row } = joinPoint;
  if (!runtime.providers.enabled || joinPoint.off) return 0;
  let wishes = 0;
  if (joinPoint.traces && runtime.tracer() !== undefined) wishes |= TRACE;
  if (joinPoint.measured && (joinPoint.keeps || runtime.measures())) wishes |= MEASURE;
  if (joinPoint.logs.length > 0 && isLogged(joinPoint)) wishes |= LOG;
  if (row.life !== undefined && isLived(joinPoint)) wishes |= LIVE;
  if (row.hands !== undefined && enclosingIn(context.active())?.pending === true) wishes |= HAND_UP;
  return wishes;
}

function isLived({ runtime, row: { life } }: JoinPoint): boolean {
  if (life === undefined) return false;
  if ((life.begins ?? life.ends) !== undefined) return true;
  if ((life.during ?? life.uses) !== undefined && runtime.measures()) return true;
  return (life.before ?? life.after ?? life.changes) !== undefined && runtime.living.has(life.gauges);
}

/** A level that nobody wants is found out once, and without looking for anybody: whoever is there gets records of all loggers. */
function isLogged(joinPoint: JoinPoint): boolean {
  const { runtime } = joinPoint;
  if (joinPoint.levelsUnder !== runtime.settings) readLevels(joinPoint);
  return joinPoint.logged && runtime.writesRecords();
}

/** Apart, since it makes a closure, for which a function allocates at each call. */
function readLevels(joinPoint: JoinPoint): void {
  const { runtime, logs } = joinPoint;
  joinPoint.levelsUnder = runtime.settings;
  joinPoint.logged = logs.some(({ logger, severityNumber }) => runtime.wantsRecord(logger, severityNumber));
}
