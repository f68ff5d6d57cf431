// SPDX-License-Identifier: Apache-2.0
// Variables of OpenTelemetry: which there are, what they accept, and which values may be shown.
import { withoutCredentials } from '../sdk/say.js';
import { type Environment, PREFIX } from '../settings.js';

const SIGNALS = ['TRACES', 'METRICS', 'LOGS'] as const;
const PER_SIGNAL = ['ENDPOINT', 'HEADERS', 'PROTOCOL', 'TIMEOUT', 'COMPRESSION', 'CERTIFICATE', 'INSECURE'] as const;
const CLIENT = ['CLIENT_KEY', 'CLIENT_CERTIFICATE'] as const;

const exporters = ['otlp', 'console', 'none'] as const;
const protocols = ['grpc', 'http/protobuf', 'http/json'] as const;

/** Values that NodeSDK knows; a list of them is separated by commas. */
export const accepted = {
  OTEL_TRACES_EXPORTER: [...exporters, 'zipkin'],
  OTEL_METRICS_EXPORTER: [...exporters, 'prometheus'],
  OTEL_LOGS_EXPORTER: exporters,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocols,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocols,
  OTEL_PROPAGATORS: ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray', 'ottrace', 'none'],
  OTEL_TRACES_SAMPLER: ['always_on', 'always_off', 'traceidratio'].flatMap((name) => [name, `parentbased_${name}`]),
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** All that there are, but for those of ours and of single instrumentations. */
export const known: readonly string[] = [
  ...Object.keys(accepted),
  ...['SERVICE_NAME', 'RESOURCE_ATTRIBUTES', 'SDK_DISABLED', 'LOG_LEVEL', 'TRACES_SAMPLER_ARG', 'CONFIG_FILE'],
  ...['METRIC_EXPORT_INTERVAL', 'METRIC_EXPORT_TIMEOUT', 'METRICS_EXEMPLAR_FILTER', 'SEMCONV_STABILITY_OPT_IN'],
  ...['NODE_RESOURCE_DETECTORS', 'NODE_ENABLED_INSTRUMENTATIONS', 'NODE_DISABLED_INSTRUMENTATIONS', 'ENTITIES'],
  ...[
    'ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'ATTRIBUTE_COUNT_LIMIT',
    'EXPERIMENTAL_CONFIG_FILE',
    'EXPERIMENTAL_RESOURCE_DISABLED_KEYS',
  ],
  ...[
    'SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'SPAN_ATTRIBUTE_COUNT_LIMIT',
    'SPAN_EVENT_COUNT_LIMIT',
    'SPAN_LINK_COUNT_LIMIT',
  ],
  ...['SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT', 'SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT'],
  ...['EVENT_ATTRIBUTE_COUNT_LIMIT', 'LINK_ATTRIBUTE_COUNT_LIMIT'],
  ...['LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'LOGRECORD_ATTRIBUTE_COUNT_LIMIT'],
  ...['BSP', 'BLRP'].flatMap((kind) =>
    ['SCHEDULE_DELAY', 'EXPORT_TIMEOUT', 'MAX_QUEUE_SIZE', 'MAX_EXPORT_BATCH_SIZE'].map((name) => `${kind}_${name}`),
  ),
  ...['', ...SIGNALS.map((signal) => `${signal}_`)].flatMap((signal) =>
    [...PER_SIGNAL, ...CLIENT].map((name) => `EXPORTER_OTLP_${signal}${name}`),
  ),
  ...['TEMPORALITY_PREFERENCE', 'DEFAULT_HISTOGRAM_AGGREGATION'].map((name) => `EXPORTER_OTLP_METRICS_${name}`),
  ...['ZIPKIN_ENDPOINT', 'ZIPKIN_TIMEOUT', 'PROMETHEUS_HOST', 'PROMETHEUS_PORT'].map((name) => `EXPORTER_${name}`),
].map((name) => (name.startsWith('OTEL_') ? name : `OTEL_${name}`));

/** Values of these hold no secret; of an address, what may is left out. */
const SHOWN =
  /^OTEL_(?:(?:TRACES|METRICS|LOGS)_EXPORTER|TRACES_SAMPLER(?:_ARG)?|PROPAGATORS|SDK_DISABLED|SERVICE_NAME|LOG_LEVEL|B(?:SP|LRP)_\w+|EXPORTER_OTLP_(?:\w+_)?(?:PROTOCOL|TIMEOUT|COMPRESSION|INSECURE)|SEMCONV_STABILITY_OPT_IN|NODE_\w+)$/;
const ADDRESS = /_ENDPOINT$/;

/** All that begin so, with the values that may be shown. */
export function shownVariables(env: Environment): Record<string, string | null> {
  const names = Object.keys(env).filter((name) => name.startsWith('OTEL_') && env[name] !== undefined);
  return Object.fromEntries(names.sort().map((name) => [name, shownValue(name, env[name] ?? '')]));
}

function shownValue(name: string, value: string): string | null {
  if (ADDRESS.test(name)) return shownAddress(value);
  return SHOWN.test(name) || name.startsWith(PREFIX) ? value : null;
}

/** Without user, password, query and fragment, in which people keep keys. */
export function shownAddress(address: string): string {
  return withoutCredentials(address).replace(/[?#].*$/s, '');
}
