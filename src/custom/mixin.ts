// SPDX-License-Identifier: Apache-2.0
// Tracing as a base class for components of the application.
import type { Span } from '@opentelemetry/api';
import { callInside, openSpan, type SpanAttributes } from './span.js';
import { isTelemetryActive, tracerNamed } from './telemetry.js';

/** What {@link TracingMixin} adds to a class. */
export interface TracedComponent {
  /**
   * Sets the object up; called in its constructor. Until then it is off, and calling it again sets it up anew.
   *
   * @param tracerName names the tracer, which is the instrumentation scope of the spans: usually the name of the application's
   *   package or module
   * @param enableTracing `false` switches the object off: its spans and those of its methods under `traced`
   */
  initTracing(tracerName: string, enableTracing?: boolean): void;

  /**
   * Runs `body` inside a span of its own, which is current until `body` returns or throws, or until the promise that it returns
   * settles. A failure is on the span as status ERROR, one exception event and the class of the error in
   * `eventsource.error.type`; it is passed on as it is. Success leaves the status unset.
   *
   * @param body gets the span; `undefined` where the object is off or nobody records spans
   * @returns what `body` returns
   * @throws what `body` throws, and nothing else
   */
  createSpanContext<T>(name: string, body: (span: Span | undefined) => T): T;
  /** @param attributes set at the start of the span; those that are null, undefined or empty are left out */
  createSpanContext<T>(
    name: string,
    attributes: SpanAttributes | null | undefined,
    body: (span: Span | undefined) => T,
  ): T;

  /** Whether the object is on and somebody records spans now. */
  readonly tracingEnabled: boolean;
}

type Body<T> = (span: Span | undefined) => T;

// biome-ignore lint/suspicious/noExplicitAny: the compiler takes a class for a mixin's base only if its parameters are any[]
type MixableClass = abstract new (...args: any[]) => object;
// biome-ignore lint/suspicious/noExplicitAny: as above, for the mixin itself
type TracedClass = abstract new (...args: any[]) => TracedComponent;

/** The tracer and the switch of an object. Beside it and not on it, where a base class may have names of its own. */
interface OwnTracing {
  readonly tracerName: string;
  readonly enabled: boolean;
}
const ownTracing = new WeakMap<object, OwnTracing>();

/** `undefined` for an object without the mixin, and for one that was not set up. */
export function ownTracingOf(self: object): OwnTracing | undefined {
  return ownTracing.get(self);
}

/**
 * A base class with tracing for components of the application. Without an SDK, and without `@opentelemetry/api`, the component
 * works as ever and there are no spans.
 *
 * @param Base the class to extend; without it, the component has no other base
 *
 * @example
 * ```ts
 * import { TracingMixin } from 'opentelemetry-instrumentation-eventsource';
 * import { ATTR_AGGREGATE_ID } from 'opentelemetry-instrumentation-eventsource/attributes';
 *
 * class NoteStore extends TracingMixin() {
 *   readonly #notes = new Map<string, string>();
 *
 *   constructor(enableTracing = true) {
 *     super();
 *     this.initTracing('note-store', enableTracing);
 *   }
 *
 *   async save(id: string, text: string): Promise<void> {
 *     await this.createSpanContext('note_store.save', { [ATTR_AGGREGATE_ID]: id, 'data.size': text.length }, async (span) => {
 *       this.#notes.set(id, text);
 *       span?.setAttribute('notes.count', this.#notes.size);
 *     });
 *   }
 * }
 *
 * await new NoteStore().save('note-1', 'Buy milk');
 * ```
 */
export function TracingMixin(): new () => TracedComponent;
export function TracingMixin<B extends MixableClass>(Base: B): B & TracedClass;
export function TracingMixin(Base: MixableClass = class {}): TracedClass {
  abstract class Traced extends Base implements TracedComponent {
    initTracing(tracerName: string, enableTracing = true): void {
      ownTracing.set(this, { tracerName, enabled: enableTracing });
    }

    createSpanContext<T>(name: string, attributes: SpanAttributes | null | undefined | Body<T>, given?: Body<T>): T {
      const body = given ?? (attributes as Body<T>);
      const own = ownTracing.get(this);
      const tracer = own?.enabled === true ? tracerNamed(own.tracerName) : undefined;
      // A subclass may have more to say about the switch.
      if (tracer === undefined || !this.tracingEnabled) return body(undefined);
      const open = openSpan(tracer, name, given === undefined ? undefined : (attributes as SpanAttributes | null));
      if (open === undefined) return body(undefined);
      return callInside(open, () => body(open.span), undefined, []) as T;
    }

    get tracingEnabled(): boolean {
      const own = ownTracing.get(this);
      return own?.enabled === true && isTelemetryActive();
    }
  }
  return Traced;
}
