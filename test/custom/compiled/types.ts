// SPDX-License-Identifier: Apache-2.0
// What the compiler must say of the public types: a line below an expectation that is no error is an error itself.
import { ATTR_EVENT_COUNT } from 'opentelemetry-instrumentation-eventsource/attributes';
import { type Library, rows } from 'opentelemetry-instrumentation-eventsource/tables';
import {
  isTelemetryActive,
  OTEL_AVAILABLE,
  type SpanAttributes,
  type TraceContext,
  type TracedComponent,
  TracingMixin,
  traceContext,
  traced,
} from 'opentelemetry-instrumentation-eventsource/tracing';

export class Base {
  constructor(
    readonly id: string,
    protected readonly size: number,
  ) {}
}

/** Emitted as a declaration, which must be able to name what the mixin returns. */
export class Component extends TracingMixin(Base) {
  constructor() {
    super('a', 1);
    this.initTracing('component');
    // @ts-expect-error the name of the tracer is needed
    this.initTracing();
  }

  own(): number {
    const result: number = this.createSpanContext('x', () => this.size);
    const later: Promise<string> = this.createSpanContext(
      'x',
      { a: 1, b: null, c: undefined, d: 1n },
      async () => this.id,
    );
    void later;
    // @ts-expect-error there may be no span
    this.createSpanContext('x', (span) => span.setAttribute('a', 1));
    // @ts-expect-error no object is an attribute
    this.createSpanContext('x', { a: { b: 1 } }, () => {});
    // @ts-expect-error it is only to be read
    this.tracingEnabled = true;
    return result;
  }

  @traced('x', { attributes: (id: string) => ({ id }) })
  more(_id: string, _count: number, ..._others: readonly boolean[]): void {}

  // @ts-expect-error the method gets no number
  @traced('x', { attributes: (n: number) => ({ n }) })
  other(_id: string): void {}

  // @ts-expect-error no object is an attribute
  @traced('x', { attributes: () => ({ a: new Date() }) })
  another(): void {}
}

// @ts-expect-error the base class wants its arguments
new (TracingMixin(Base))();

export const component: TracedComponent = new Component();
export const text: string = new Component().id;

/** Generic functions and those with a `this` stay what they are. */
export const same: <T>(value: T) => T = traced('x')(<T>(value: T) => value);
export const bound: (this: Component, n: number) => string = traced('x', {
  attributes(this: Component, n: number) {
    return { id: this.id, n };
  },
})(function (this: Component, n: number) {
  return `${this.id}${n}`;
});
export const unbound = traced('x')(function (this: Component) {
  return this.id;
});

// @ts-expect-error only functions can be traced
traced('x')(3);

export const attributes: SpanAttributes = { list: ['a', 'b'], flag: false };
export const fields: TraceContext = traceContext();
export const available: boolean = OTEL_AVAILABLE && isTelemetryActive();

class OrderStore {
  async append(stream: string, events: readonly string[]): Promise<number> {
    return stream.length + events.length;
  }
}

/** Rows are typed by the class that they are of. */
export const library = {
  key: 'orders',
  packages: [{ name: 'orders' }],
  families: { stores: 'auto' },
  aspects: [
    {
      target: 'OrderStore',
      family: 'stores',
      methods: rows<OrderStore>({
        append: {
          span: 'orders.append',
          attributes: { [ATTR_EVENT_COUNT]: ({ args }) => args[1].length },
          result: { 'orders.version': ({ result }) => result.toFixed(0) },
        },
      }),
    },
  ],
} as const satisfies Library;

// @ts-expect-error: the class has no such method
rows<OrderStore>({ prepend: {} });
