// SPDX-License-Identifier: Apache-2.0
// What the environment says about the SDK. How to export is none of our business: NodeSDK reads that, and passes over what is misspelt.
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

/** Where telemetry goes, and the variable that says so, or would. */
export interface Destination {
  readonly endpoint: string;
  readonly variable: string;
}

export const SIGNALS = ['TRACES', 'METRICS', 'LOGS'] as const;

/** Where the first signal that is exported over the network goes, without credentials; for messages. */
export function destinationOf(env: Environment): Destination {
  const signal = SIGNALS.find((name) => /otlp|zipkin/.test(exportersOf(env, name)));
  if (signal === 'TRACES' && !exportersOf(env, signal).includes('otlp')) {
    return destination(env, ['OTEL_EXPORTER_ZIPKIN_ENDPOINT'], 'http://localhost:9411/api/v2/spans');
  }
  const usual = `http://localhost:${protocolOf(env, signal ?? 'TRACES') === 'grpc' ? 4317 : 4318}`;
  return destination(env, endpointVariablesOf(signal ?? 'TRACES'), usual);
}

/** That of the signal is in force before that of all. */
export function endpointVariablesOf(signal: string): readonly [string, string] {
  return [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT'];
}

export function protocolOf(env: Environment, signal: string): string | undefined {
  return variable(env, `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) ?? variable(env, 'OTEL_EXPORTER_OTLP_PROTOCOL');
}

export function exportersOf(env: Environment, signal: string): string {
  return variable(env, `OTEL_${signal}_EXPORTER`) ?? 'otlp';
}

/** @param variables the first that is set is in force; where none is, the last is the one to set */
function destination(env: Environment, variables: readonly [string, ...string[]], usual: string): Destination {
  const name = variables.find((each) => variable(env, each) !== undefined) ?? (variables.at(-1) as string);
  return { endpoint: withoutCredentials(variable(env, name) ?? usual), variable: name };
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

/** Of OpenTelemetry, or nearly; those that nearly all have set are known to be right without the list of all. */
const OF_OPENTELEMETRY = /^O(?:TEL|TLP|TLE|ETL|TE|TL|TELL|TTEL)_/i;
const USUAL =
  /^OTEL_(?:(?:TRACES|METRICS|LOGS)_EXPORTER|EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?(?:ENDPOINT|HEADERS|PROTOCOL|TIMEOUT|COMPRESSION)|SERVICE_NAME|RESOURCE_ATTRIBUTES(?:_\w+)?|PROPAGATORS|LOG_LEVEL|SDK_DISABLED|TRACES_SAMPLER(?:_ARG)?|METRIC_EXPORT_(?:INTERVAL|TIMEOUT)|SEMCONV_STABILITY_OPT_IN|(?:POD|NODE)_IP|NODE_(?:RESOURCE_DETECTORS|(?:EN|DIS)ABLED_INSTRUMENTATIONS)|INSTRUMENTATION_\w+)$/;

/** Whether a variable is to be looked up among all that OpenTelemetry has, which is in a file of its own. */
export function mayBeMisspelt(env: Environment): boolean {
  return Object.keys(env).some((name) => isOfOpenTelemetry(name) && !USUAL.test(name));
}

/** By its beginning, or what is nearly that. */
export function isOfOpenTelemetry(name: string): boolean {
  return OF_OPENTELEMETRY.test(name);
}
