// SPDX-License-Identifier: Apache-2.0
// Variables of OpenTelemetry: what they accept, and which values may be shown.
import { shownAddress } from '../sdk/say.js';
import { type Environment, PREFIX } from '../settings.js';

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
