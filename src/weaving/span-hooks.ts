// SPDX-License-Identifier: Apache-2.0
// What hooks of the application are told of the spans of woven calls. Types alone, apart from the frames of calls, so that whoever
// writes tables needs no types of the engine.
import type { Span } from '@opentelemetry/api';

/** The call that a span is of. */
export interface SpanCall {
  /** `Class.method`. */
  readonly method: string;
  readonly spanName: string;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** A call that has ended. */
export interface EndedSpanCall extends SpanCall {
  readonly failed: boolean;
  readonly result: unknown;
  readonly error: unknown;
}

/** Neither throws. */
export interface SpanHooks {
  readonly started?: ((span: Span, call: SpanCall) => void) | undefined;
  readonly ending?: ((span: Span, call: EndedSpanCall) => void) | undefined;
}
