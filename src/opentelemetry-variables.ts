// SPDX-License-Identifier: Apache-2.0
// Variables of OpenTelemetry that are misspelt, which nobody else tells. Loaded where a variable is set that is not one of the usual
// ones. A name that somebody reads, whoever it is, must never be called misspelt; so only what is nearly one that there is, and is none
// that is known of others.
import { readFileSync } from 'node:fs';
import { differences } from './edit-distance.js';
import { isOfOpenTelemetry } from './sdk/environment.js';
import { type Environment, variable } from './settings.js';

const SIGNALS = ['TRACES', 'METRICS', 'LOGS', 'PROFILES'] as const;
const PER_SIGNAL = [
  ...['ENDPOINT', 'HEADERS', 'PROTOCOL', 'TIMEOUT', 'COMPRESSION', 'CERTIFICATE', 'INSECURE'],
  ...['CLIENT_KEY', 'CLIENT_CERTIFICATE'],
] as const;

/** Of the specification and of the SDK for JavaScript, without the prefix that all have. */
const names: readonly string[] = [
  ...SIGNALS.map((signal) => `${signal}_EXPORTER`),
  ...['PROPAGATORS', 'TRACES_SAMPLER', 'TRACES_SAMPLER_ARG'],
  ...['SERVICE_NAME', 'RESOURCE_ATTRIBUTES', 'SDK_DISABLED', 'LOG_LEVEL', 'CONFIG_FILE', 'ENTITIES'],
  ...['METRIC_EXPORT_INTERVAL', 'METRIC_EXPORT_TIMEOUT', 'METRICS_EXEMPLAR_FILTER', 'SEMCONV_STABILITY_OPT_IN'],
  ...['RESOURCE_DETECTORS', 'ENABLED_INSTRUMENTATIONS', 'DISABLED_INSTRUMENTATIONS'].map((name) => `NODE_${name}`),
  ...['EXPERIMENTAL_CONFIG_FILE', 'EXPERIMENTAL_RESOURCE_DISABLED_KEYS', 'NODE_EXPERIMENTAL_SDK_METRICS'],
  ...['', 'SPAN_', 'LOGRECORD_'].flatMap((kind) =>
    ['VALUE_LENGTH', 'COUNT'].map((what) => `${kind}ATTRIBUTE_${what}_LIMIT`),
  ),
  ...['SPAN_EVENT', 'SPAN_LINK', 'EVENT_ATTRIBUTE', 'LINK_ATTRIBUTE'].map((kind) => `${kind}_COUNT_LIMIT`),
  ...['EVENT', 'LINK'].map((kind) => `SPAN_ATTRIBUTE_PER_${kind}_COUNT_LIMIT`),
  ...['BSP', 'BLRP'].flatMap((kind) =>
    ['SCHEDULE_DELAY', 'EXPORT_TIMEOUT', 'MAX_QUEUE_SIZE', 'MAX_EXPORT_BATCH_SIZE'].map((name) => `${kind}_${name}`),
  ),
  ...['', ...SIGNALS.map((signal) => `${signal}_`)].flatMap((signal) =>
    PER_SIGNAL.map((name) => `EXPORTER_OTLP_${signal}${name}`),
  ),
  ...['TEMPORALITY_PREFERENCE', 'DEFAULT_HISTOGRAM_AGGREGATION'].map((name) => `EXPORTER_OTLP_METRICS_${name}`),
  ...['ZIPKIN_ENDPOINT', 'ZIPKIN_TIMEOUT', 'PROMETHEUS_HOST', 'PROMETHEUS_PORT'].map((name) => `EXPORTER_${name}`),
];

const known: readonly string[] = names.map((name) => `OTEL_${name}`);

/** Near to one of them, and read by others: older versions of the specification, applications with switches of their own. */
const ofOthers = new Set(
  ['EXPORTER_OTLP_METRIC_INSECURE', 'EXPORTER_OTLP_SECURE', 'LOGS_LEVEL', 'LOG_LEVELS'].map((name) => `OTEL_${name}`),
);
/** Of instrumentations, of agents for other languages, of vendors, in Kubernetes. */
const FAMILIES =
  /^OTEL_(?:INSTRUMENTATION|JAVA|JAVAAGENT|JMX|PYTHON|DOTNET|PHP|RUBY|GO|RUST|DENO|ERLANG|ELIXIR|AWS|LAMBDA|EBPF|INJECTOR|COLLECTOR|OPERATOR|RESOURCE_PROVIDERS)_/;
/** What only OpenTelemetry would call so: a service name of an exporter may be somebody's own. */
const UNMISTAKABLE = /_EXPORTER$|^EXPORTER_OTLP_|^TRACES_SAMPLER|^PROPAGATORS$|_INSTRUMENTATIONS$|^BSP_|^BLRP_/;

/** In longer names more letters go astray. A letter more or less is one; one in place of another, or two that change places, are two. */
const LONG = 18;
const mostDifferences = (name: string) => (name.length < LONG ? 2 : 3);
/** A whole word that is there in place of another makes another name. */
const MOST_IN_A_WORD = 2;
/** Longer than all there are. */
const LONGEST = 80;

/** @returns a sentence for each variable that is nearly one of OpenTelemetry's, and none */
export function misspeltOfOpenTelemetry(env: Environment): string[] {
  return Object.keys(env)
    .sort()
    .flatMap((name) => {
      if (!isOfOpenTelemetry(name) || variable(env, name) === undefined) return [];
      const nearest = nearestTo(name);
      if (nearest === undefined || isMentioned(name, env)) return [];
      // On Windows names have no case: what looks misspelt is read all the same.
      if (nearest === name.toUpperCase() && variable(env, nearest) !== undefined) return [];
      return [`${name} is no variable of OpenTelemetry; ${nearest} is.`];
    });
}

function nearestTo(given: string): string | undefined {
  if (given.length > LONGEST || known.includes(given)) return undefined;
  const name = given.toUpperCase();
  if (FAMILIES.test(name) || ofOthers.has(name)) return undefined;
  const isOdd = !name.startsWith('OTEL_');
  const candidates = isOdd ? names.filter((each) => UNMISTAKABLE.test(each)).map((each) => `OTEL_${each}`) : known;
  return candidates
    .filter((each) => Math.abs(each.length - name.length) <= mostDifferences(each))
    .map((each) => ({ each, distance: differences(each, name) }))
    .filter(({ each, distance }) => distance <= mostDifferences(each) && hasItsWords(name, each, distance))
    .sort((one, other) => one.distance - other.distance)[0]?.each;
}

/** Each word may be misspelt, and two of them written as one; none is another. */
function hasItsWords(name: string, candidate: string, distance: number): boolean {
  const [given, right] = [name.split('_'), candidate.split('_')];
  if (given.length !== right.length) return distance <= 1;
  return right.every((word, index) => differences(word, given[index] ?? '') <= MOST_IN_A_WORD);
}

/** A file of configuration may name variables as it likes. */
function isMentioned(name: string, env: Environment): boolean {
  const file = variable(env, 'OTEL_CONFIG_FILE') ?? variable(env, 'OTEL_EXPERIMENTAL_CONFIG_FILE');
  if (file === undefined) return false;
  try {
    return readFileSync(file, 'utf8').includes(name);
  } catch {
    return false;
  }
}
