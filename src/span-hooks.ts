// SPDX-License-Identifier: Apache-2.0
// What an application itself does with the spans of its libraries, made safe: nothing that a hook does may cost the application or the span.
import type { Span } from '@opentelemetry/api';
import { type Complain, show } from './settings.js';
import { describeError } from './weaving/failure.js';
import type { EndedSpanCall, SpanCall, SpanHooks } from './weaving/span-hooks.js';

/** The call that a span is of, as `spanStartHook` gets it. */
export interface SpanStartInfo {
  /** Key of the library, as in the option `libraries`. */
  readonly library: string;
  /**
   * Class and method, `InMemoryEventStore.appendEvents`; of a function, its name and `call`; of what a call was given or gave, that
   * call and behind it the rest, `getInMemoryEventStore.call.readStream`.
   */
  readonly method: string;
  /** The name with which the span began. */
  readonly spanName: string;
  /** What the method is called on. */
  readonly self: unknown;
  /** A list of its own, of the very arguments. */
  readonly args: readonly unknown[];
}

/** A call that has ended, as `spanEndHook` gets it. */
export interface SpanEndInfo extends SpanStartInfo {
  readonly failed: boolean;
  /** What the call gave, with promises resolved; `undefined` where it failed, or where that cannot be told. */
  readonly result: unknown;
  /** What it failed with. */
  readonly error: unknown;
}

/** A hook that does not throw. */
export type SpanHook<Info> = (span: Span, info: Info) => void;

/** A call that a hook makes is traced, but no hook is told of it: it would call itself for ever. */
let inHook = false;

/**
 * The option of this name, guarded. A hook that throws, or rejects, is told of once and goes on to be called: it may be one kind of call
 * that it cannot handle.
 */
export function spanHookOf<Info extends SpanStartInfo>(
  name: string,
  option: unknown,
  complain: Complain,
): SpanHook<Info> | undefined {
  if (option === undefined) return undefined;
  if (typeof option !== 'function') {
    complain(`option ${name}: ${show(option)} is not usable; accepted: a function. It is left out.`);
    return undefined;
  }
  let told = false;
  const complainOnce = (how: string, fault: unknown, { method }: Info) => {
    if (told) return;
    told = true;
    const { type, message } = describeError(fault);
    const reason = message === '' ? '' : ` (${message.split('\n', 1)[0]})`;
    complain(`option ${name} ${how} ${type}${reason} at ${method}. It is called all the same; told once.`);
  };
  return (span, info) => {
    if (inHook) return;
    inHook = true;
    try {
      const given: unknown = option(span, info);
      // A rejection that nobody handles ends the process.
      if (given instanceof Promise) given.catch((fault: unknown) => complainOnce('rejected with', fault, info));
    } catch (fault) {
      complainOnce('threw', fault, info);
    } finally {
      inHook = false;
    }
  };
}

export interface GivenHooks {
  readonly spanStartHook?: SpanHook<SpanStartInfo> | undefined;
  readonly spanEndHook?: SpanHook<SpanEndInfo> | undefined;
}

/** Those of one library; `undefined` where there are none, so that its calls ask no further. */
export function spanHooksFor(library: string, { spanStartHook, spanEndHook }: GivenHooks): SpanHooks | undefined {
  if (spanStartHook === undefined && spanEndHook === undefined) return undefined;
  return {
    started: spanStartHook && ((span: Span, call: SpanCall) => spanStartHook(span, { library, ...call })),
    ending: spanEndHook && ((span: Span, call: EndedSpanCall) => spanEndHook(span, { library, ...call })),
  };
}
