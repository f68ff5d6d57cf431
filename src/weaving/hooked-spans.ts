// SPDX-License-Identifier: Apache-2.0
// What somebody else does with the spans of woven calls: told of each that records, at its start and before its end.
import type { Span } from '@opentelemetry/api';
import type { CallFrame } from './call-frame.js';
import type { SpanCall, SpanHooks } from './span-hooks.js';

/** Of the spans that have begun under hooks: a name may be computed from what has changed since. */
const calls = new WeakMap<Span, SpanCall>();

export function tellStarted({ started }: SpanHooks, span: Span, spanName: string, frame: CallFrame): void {
  const { joinPoint, self, args } = frame;
  const call = { method: joinPoint.label, spanName, self, args: Array.from(args) };
  calls.set(span, call);
  started?.(span, call);
}

export function tellEnding({ ending }: SpanHooks, span: Span, { failed, result, error }: CallFrame): void {
  const call = calls.get(span);
  // Exporters keep spans for a while, and the arguments of a call are no affair of theirs.
  calls.delete(span);
  if (call !== undefined) ending?.(span, { ...call, failed, result, error });
}
