// SPDX-License-Identifier: Apache-2.0
// One span around a call of a component: current inside, ended when the call has. What the bare call would do happens exactly
// so; telemetry that throws costs the span.
import type { Attributes, AttributeValue, Context, Span, Tracer } from '@opentelemetry/api';
import { errorKeysInForce } from '../conventions/in-force.js';
import { redactionInForce } from '../redaction.js';
import { describeError, recordFailure } from '../weaving/failure.js';
import type { AnyFunction } from '../weaving/functions.js';
import { isPlainPromise } from '../weaving/promises.js';
import type { PullAdvice } from '../weaving/pulls.js';
import { attributeValue } from '../weaving/recipes.js';
import { registered } from '../weaving/registered.js';
import { activeContext, api } from './api.js';
import { telemetryFailed } from './telemetry.js';

/**
 * Attributes of a span. What is null, undefined or empty is left out; a `bigint`, and an integer that a number cannot hold
 * exactly, becomes text.
 */
export type SpanAttributes = Readonly<Record<string, AttributeValue | bigint | null | undefined>>;

/** A span that was opened, and the context in which it is current. */
export interface OpenSpan {
  readonly span: Span;
  readonly context: Context;
  ended: boolean;
}

/**
 * Starts a span below the current one. `undefined` where there is to be none: tracing is suppressed, or the SDK threw.
 *
 * @param attributes given at the start, so that samplers see them
 */
export function openSpan(
  tracer: Tracer,
  name: string,
  attributes: SpanAttributes | null | undefined,
): OpenSpan | undefined {
  if (api === undefined) return undefined;
  try {
    const parent = activeContext(api);
    const span = tracer.startSpan(name, { attributes: usable(attributes) }, parent);
    if (!api.isSpanContextValid(span.spanContext())) return undefined;
    return { span, context: api.trace.setSpan(parent, span), ended: false };
  } catch (fault) {
    telemetryFailed('starting a span', fault);
    return undefined;
  }
}

function usable(given: SpanAttributes | null | undefined): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(given ?? {})) {
    const usableValue = attributeValue(value);
    if (usableValue !== undefined) attributes[key] = usableValue;
  }
  return attributes;
}

/**
 * Calls a function inside an open span, and ends the span when it returns or throws, or when the promise that it returns
 * settles. The caller gets that promise chained, as observing it on the side would hide an unhandled rejection. A thenable of
 * another kind may be lazy: it is given back untouched, and the span ends at the return.
 */
export function callInside(open: OpenSpan, called: AnyFunction, self: unknown, args: ArrayLike<unknown>): unknown {
  let returned: unknown;
  try {
    returned = inContext(open, called, self, args);
  } catch (error) {
    endFailed(open, error);
    throw error;
  }
  if (!isPlainPromise(returned)) {
    end(open);
    return returned;
  }
  return returned.then(
    (value) => {
      end(open);
      return value;
    },
    (error: unknown) => {
      endFailed(open, error);
      throw error;
    },
  );
}

/** How a generator is read inside its span. */
export const readInside: PullAdvice<OpenSpan> = {
  pull: inContext,
  isPending: (open) => !open.ended,
  succeeded: end,
  failed: endFailed,
  close: end,
};

function inContext(open: OpenSpan, called: AnyFunction, self: unknown, args: ArrayLike<unknown>): unknown {
  const { context } = registered();
  return context === undefined
    ? Reflect.apply(called, self, args)
    : context.with(open.context, Reflect.apply, undefined, called, self, args);
}

function endFailed(open: OpenSpan, error: unknown): void {
  if (open.ended) return;
  try {
    recordFailure(open.span, describeError(error, redactionInForce()), errorKeysInForce());
  } catch (fault) {
    telemetryFailed('recording an exception', fault);
  }
  end(open);
}

function end(open: OpenSpan): void {
  if (open.ended) return;
  open.ended = true;
  try {
    open.span.end();
  } catch (fault) {
    telemetryFailed('ending a span', fault);
  }
}
