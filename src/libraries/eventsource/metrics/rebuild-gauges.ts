// SPDX-License-Identifier: Apache-2.0
// How the rebuild or the catch-up of projections gets on, for as long as the call that does it runs.
import type { Projection, ProjectionRegistry } from 'eventsource/projections';
import { ATTR_PROJECTION_NAME } from '../../../conventions/attributes.js';
import type { Gauge } from '../../../weaving/living.js';
import { createPace, type Pace } from './pace.js';
import { progressGauges } from './progress.js';

/** One call that hands many events to a projection, or to all of a registry together. */
export interface Rebuild {
  readonly names: readonly string[];
  readonly target: number;
  readonly pace: Pace;
  done: number;
}

/** By what the events are handed to; of two at once, the later one counts. */
const rebuilds = new WeakMap<object, Rebuild>();

export function beginRebuild(
  receiver: Projection | ProjectionRegistry | undefined,
  events: { readonly length: number } | undefined,
): Rebuild | undefined {
  if (typeof receiver !== 'object' || receiver === null || typeof events?.length !== 'number') return undefined;
  const names =
    'projectionName' in receiver ? [receiver.projectionName] : receiver.projections.map((each) => each.projectionName);
  const rebuild: Rebuild = { names, target: events.length, pace: createPace(performance.now()), done: 0 };
  rebuilds.set(receiver, rebuild);
  return rebuild;
}

/** An event was handed over, whatever came of it. */
export function noteHandled(receiver: object): void {
  const rebuild = rebuilds.get(receiver);
  if (rebuild !== undefined && rebuild.done < rebuild.target) rebuild.done += 1;
}

export const rebuildGauges = progressGauges<Rebuild>(
  'eventsource.projection.rebuild',
  'the rebuild or catch-up',
  ATTR_PROJECTION_NAME,
  ({ names, target, done, pace }, hasEnded) => {
    const isOver = hasEnded || done >= target;
    return { names, progress: { done, target, isOver, rate: isOver ? 0 : pace(done, performance.now()) } };
  },
) as readonly Gauge[];
