// SPDX-License-Identifier: Apache-2.0
// What the environment says about the SDK. How to export is none of our business: NodeSDK reads that.
import type { SdkOptions } from '../config.js';
import { type Environment, variable } from '../settings.js';
import { withoutCredentials } from './say.js';

const ASKING = /^OTEL_(?:(?:TRACES|METRICS|LOGS)_EXPORTER|EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?ENDPOINT)$/;

/**
 * Whether an SDK is wanted for an application that makes none: an exporter or an OTLP endpoint is named, or
 * `OTEL_INSTRUMENTATION_EVENTSOURCE_SDK=true`. Never with `OTEL_SDK_DISABLED=true` or `…_SDK=false`.
 */
export function asksForSdk(env: Environment, { sdk }: Pick<SdkOptions, 'sdk'>): boolean {
  if (variable(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return false;
  return sdk ?? Object.keys(env).some((name) => ASKING.test(name) && variable(env, name) !== undefined);
}

/** Where the first signal that is exported over the network goes, without credentials; for messages. */
export function endpointOf(env: Environment): string {
  const grpc = variable(env, 'OTEL_EXPORTER_OTLP_PROTOCOL') === 'grpc';
  const base = variable(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? `http://localhost:${grpc ? 4317 : 4318}`;
  const signal = ['TRACES', 'METRICS', 'LOGS'].find((name) => {
    const exporters = variable(env, `OTEL_${name}_EXPORTER`) ?? 'otlp';
    return exporters.includes('otlp') || exporters.includes('zipkin');
  });
  if (signal === 'TRACES' && variable(env, 'OTEL_TRACES_EXPORTER')?.includes('zipkin')) {
    return withoutCredentials(variable(env, 'OTEL_EXPORTER_ZIPKIN_ENDPOINT') ?? 'http://localhost:9411/api/v2/spans');
  }
  return withoutCredentials(variable(env, `OTEL_EXPORTER_OTLP_${signal ?? 'TRACES'}_ENDPOINT`) ?? base);
}

const HEADERS = /^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?HEADERS$/;

/** What the SDK passes over in silence, a sentence for each. Headers are not shown, since they hold keys. */
export function skippedIn(env: Environment): string[] {
  const headers = Object.keys(env).filter((name) => HEADERS.test(name));
  const port = variable(env, 'OTEL_EXPORTER_PROMETHEUS_PORT');
  return [
    ...headers
      .filter((name) => variable(env, name)?.split(',').some(isNoPair))
      .map((name) => `${name} has a part that is not key=value.`),
    ...(port === undefined || isPort(Number(port)) ? [] : [`OTEL_EXPORTER_PROMETHEUS_PORT is no port: "${port}".`]),
  ];
}

function isPort(number: number): boolean {
  return Number.isInteger(number) && number > 0 && number < 2 ** 16;
}

function isNoPair(text: string): boolean {
  return text.trim() !== '' && !/^[^=;]*[^=;\s][^=;]*=\s*[^\s;]/.test(text);
}
