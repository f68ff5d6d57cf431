// SPDX-License-Identifier: Apache-2.0
// What the environment says about the SDK. How to export is none of our business: NodeSDK reads that.
import type { Complain, Environment } from '../config.js';

const ASKING = /^OTEL_(?:(?:TRACES|METRICS|LOGS)_EXPORTER|EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?ENDPOINT)$/;
const SWITCH = 'OTEL_INSTRUMENTATION_EVENTSOURCE_SDK';
const FLUSH_TIMEOUT = 'OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT';
const DEFAULT_FLUSH_TIMEOUT = 2000;

/**
 * Whether an SDK is wanted for an application that makes none: an exporter or an OTLP endpoint is named, or
 * `OTEL_INSTRUMENTATION_EVENTSOURCE_SDK=true`. Never with `OTEL_SDK_DISABLED=true` or `…_SDK=false`.
 */
export function asksForSdk(env: Environment, complain: Complain): boolean {
  if (setting(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return false;
  const wish = setting(env, SWITCH)?.toLowerCase();
  if (wish === 'true' || wish === 'false') return wish === 'true';
  if (wish !== undefined) {
    complain(`${SWITCH}: "${wish}" is not usable; accepted: true or false. Going by the OTEL_* variables.`);
  }
  return Object.keys(env).some((name) => ASKING.test(name) && setting(env, name) !== undefined);
}

/** How long the end of the process may wait for the last export, in milliseconds. */
export function flushTimeout(env: Environment, complain: Complain): number {
  const text = setting(env, FLUSH_TIMEOUT);
  if (text === undefined) return DEFAULT_FLUSH_TIMEOUT;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  complain(
    `${FLUSH_TIMEOUT}: "${text}" is not usable; accepted: a whole number of milliseconds, 0 for not waiting. ` +
      `Using ${DEFAULT_FLUSH_TIMEOUT}.`,
  );
  return DEFAULT_FLUSH_TIMEOUT;
}

/** Where the first signal that is exported over the network goes, without credentials; for messages. */
export function endpointOf(env: Environment): string {
  const grpc = setting(env, 'OTEL_EXPORTER_OTLP_PROTOCOL') === 'grpc';
  const base = setting(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? `http://localhost:${grpc ? 4317 : 4318}`;
  const signal = ['TRACES', 'METRICS', 'LOGS'].find((name) => {
    const exporters = setting(env, `OTEL_${name}_EXPORTER`) ?? 'otlp';
    return exporters.includes('otlp') || exporters.includes('zipkin');
  });
  if (signal === 'TRACES' && setting(env, 'OTEL_TRACES_EXPORTER')?.includes('zipkin')) {
    return withoutCredentials(setting(env, 'OTEL_EXPORTER_ZIPKIN_ENDPOINT') ?? 'http://localhost:9411/api/v2/spans');
  }
  return withoutCredentials(setting(env, `OTEL_EXPORTER_OTLP_${signal ?? 'TRACES'}_ENDPOINT`) ?? base);
}

function withoutCredentials(endpoint: string): string {
  return endpoint.replace(/\/\/[^/@]*@/, '//');
}

/** As everywhere in OpenTelemetry: a variable that is set to nothing is not set. */
function setting(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
