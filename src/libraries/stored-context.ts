// SPDX-License-Identifier: Apache-2.0
// Where stored events came from, out of their metadata: the appends that wrote trace context there, in whichever dialect. For links
// only: events are read years later, by whoever looks at them.
import { headerGetter } from '../conventions/headers.js';
import type { Origin, SpanIds } from '../weaving/origins.js';

/** Keys of ids, for whom the fields of the propagator are none: Kurrent, Emmett from 0.43 on, Eventuous. */
const dialects = [
  ['$traceId', '$spanId'],
  ['traceId', 'spanId'],
  ['trace-id', 'span-id'],
] as const satisfies readonly (readonly [trace: string, span: string])[];

/**
 * One origin for each event whose metadata may tell of its append: as links, one for each distinct append. What is garbage, or has
 * no trace context, gives no link.
 *
 * @param metadata that of each event, as it was stored; anything at all
 *
 * @example
 * ```ts
 * context: { links: ({ args: [messages] }) => appendsOf(messages.map((message) => message?.metadata)) }
 * ```
 */
export function appendsOf(metadata: readonly unknown[]): Origin[] {
  return metadata.flatMap((carrier) =>
    typeof carrier === 'object' && carrier !== null ? { carrier, getter: headerGetter, ids: idsIn(carrier) } : [],
  );
}

/** Of one dialect: ids of two of them belong to nobody. */
function idsIn(metadata: object): SpanIds | undefined {
  try {
    for (const [trace, span] of dialects) {
      const [traceId, spanId] = [Reflect.get(metadata, trace), Reflect.get(metadata, span)] as unknown[];
      if (typeof traceId === 'string' && typeof spanId === 'string') return { traceId, spanId };
    }
  } catch {
    // Whatever it is, no store gave it.
  }
  return undefined;
}
