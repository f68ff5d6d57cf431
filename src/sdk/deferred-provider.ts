// SPDX-License-Identifier: Apache-2.0
// Stands behind the API's proxy until somebody starts a span; whichever provider is there by then makes it, and all others.
import { ProxyTracerProvider, type Tracer, type TracerProvider } from '@opentelemetry/api';

const noop = new ProxyTracerProvider().getTracer('none');

/**
 * @param settle called before each span until it gives a provider; that one holds for the tracer's life
 */
export function deferredProvider(settle: () => TracerProvider | undefined): TracerProvider {
  return {
    getTracer(name, version, options) {
      let settled: Tracer | undefined;
      const tracer = () => {
        settled ??= settle()?.getTracer(name, version, options);
        return settled ?? noop;
      };
      return {
        startSpan: (...args) => tracer().startSpan(...args),
        startActiveSpan: (...args: unknown[]) => {
          const target = tracer();
          return Reflect.apply(target.startActiveSpan, target, args);
        },
      };
    },
  };
}
