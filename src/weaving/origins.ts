// SPDX-License-Identifier: Apache-2.0
// Trace context that crosses a gap: out of and into the headers of a message, or from an earlier join point to a later one.
import { type Context, isSpanContextValid, type Link, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Destination, Origin } from './aspect.js';

const remembered = new WeakMap<object, Context>();

/** Of a message: on the root, never on the ambient context of a consume loop (craft P15). */
export function contextFrom(origin: Origin): Context | undefined {
  if ('remembered' in origin) return remembered.get(origin.remembered);
  try {
    return propagation.extract(ROOT_CONTEXT, origin.carrier, origin.getter);
  } catch {
    // A propagator's trouble with what somebody sent is no fault of the row.
    return ROOT_CONTEXT;
  }
}

export function linksTo(origins: readonly Origin[]): Link[] {
  return origins.flatMap((origin) => {
    const from = contextFrom(origin);
    const linked = from === undefined ? undefined : trace.getSpanContext(from);
    return linked === undefined || !isSpanContextValid(linked) ? [] : [{ context: linked }];
  });
}

export function injectInto(destination: Destination | undefined, active: Context): void {
  if (destination !== undefined) propagation.inject(active, destination.carrier, destination.setter);
}

/**
 * Keeps the propagator's fields of a carrier as they are. An instrumentation of the driver below injects its own span over
 * ours; the receiver would then hang under that, and a message that is sent again under the attempt that failed (C3).
 */
export function pinIn(carrier: unknown): void {
  if (typeof carrier !== 'object' || carrier === null) return;
  for (const field of propagation.fields()) {
    const value: unknown = Reflect.get(carrier, field);
    // Not read-only: writing to that throws in strict mode. A frozen carrier needs no pin.
    if (value !== undefined)
      Reflect.defineProperty(carrier, field, { get: () => value, set: ignore, enumerable: true });
  }
}

function ignore(): void {}

export function remember(object: object | undefined, active: Context): void {
  if (object !== undefined) remembered.set(object, active);
}
