// SPDX-License-Identifier: Apache-2.0
// Variables of OpenTelemetry that are misspelt: named with the one that is meant, and never one that somebody reads.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { misspeltOfOpenTelemetry } from '../../src/opentelemetry-variables.js';
import { mayBeMisspelt } from '../../src/sdk/environment.js';
import { applicationWith, register, root, runNode } from '../../testkit/child.js';

/** Of the specification, older ones too, of other languages, the operator, vendors, Kubernetes, and applications. */
const ofOthers = `
  OTEL_EXPORTER_JAEGER_ENDPOINT OTEL_EXPORTER_JAEGER_AGENT_HOST OTEL_EXPORTER_JAEGER_AGENT_PORT OTEL_EXPORTER_JAEGER_TIMEOUT
  OTEL_EXPORTER_OTLP_SPAN_INSECURE OTEL_EXPORTER_OTLP_METRIC_INSECURE OTEL_EXPORTER_OTLP_SPAN_ENDPOINT OTEL_EXPORTER
  OTEL_EXPORTER_OTLP_PROFILES_ENDPOINT OTEL_PROFILES_EXPORTER OTEL_ENTITIES OTEL_EXPERIMENTAL_CONFIG_FILE OTEL_CONFIG_PROFILE
  OTEL_EXPERIMENTAL_RESOURCE_DETECTORS OTEL_EXPERIMENTAL_RESOURCE_DISABLED_KEYS OTEL_RESOURCE_DISABLED_KEYS OTEL_METRICS_EXEMPLAR_FILTER
  OTEL_JAVAAGENT_ENABLED OTEL_JAVAAGENT_CONFIGURATION_FILE OTEL_JAVA_ENABLED_RESOURCE_PROVIDERS OTEL_IMR_EXPORT_INTERVAL
  OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED OTEL_RESOURCE_PROVIDERS_AWS_ENABLED OTEL_JMX_CONFIG OTEL_SPAN_PROCESSOR OTEL_METER_PROVIDER
  OTEL_PYTHON_LOG_LEVEL OTEL_PYTHON_TRACER_PROVIDER OTEL_PYTHON_DISABLED_INSTRUMENTATIONS OTEL_PYTHON_ID_GENERATOR OTEL_TRACER_PROVIDER
  OTEL_PHP_DETECTORS OTEL_PHP_DISABLED_INSTRUMENTATIONS OTEL_PHP_AUTOLOAD_ENABLED OTEL_RUBY_ENABLED_INSTRUMENTATIONS
  OTEL_DOTNET_AUTO_TRACES_ENABLED_INSTRUMENTATIONS OTEL_DOTNET_AUTO_HOME OTEL_DOTNET_EXPERIMENTAL_METRICS_EMIT_OVERFLOW_ATTRIBUTE
  OTEL_GO_AUTO_TARGET_EXE OTEL_GO_X_SELF_OBSERVABILITY OTEL_GO_X_EXEMPLAR OTEL_DENO OTEL_DENO_CONSOLE OTEL_DENO_TRACING
  OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT OTEL_INSTRUMENTATION_COMMON_DEFAULT_ENABLED
  OTEL_NODE_EXPERIMENTAL_SDK_METRICS OTEL_NODE_IP OTEL_POD_IP OTEL_RESOURCE_ATTRIBUTES_POD_NAME OTEL_RESOURCE_ATTRIBUTES_NODE_NAME
  OTEL_AWS_APPLICATION_SIGNALS_ENABLED OTEL_AWS_APPLICATION_SIGNALS_EXPORTER_ENDPOINT OTEL_AWS_SMP_ENABLED OTEL_SMP_ENABLED
  OTEL_LAMBDA_TRACE_MODE OTEL_LAMBDA_DISABLE_AWS_CONTEXT_PROPAGATION OTEL_EBPF_OPEN_PORT OTEL_EBPF_CONFIG_PATH OTEL_EBPF_TRACE_PRINTER
  OTEL_METRICS_INCLUDE_SESSION_ID OTEL_LOG_USER_PROMPTS OTEL_LOGS_EXPORT_INTERVAL OTEL_TRACES_EXPORT_INTERVAL OTEL_LOG_TOOL_DETAILS
  OTEL_COLLECTOR_SERVICE_HOST OTEL_COLLECTOR_PORT_4317_TCP_ADDR OTEL_SERVICE_HOST OTEL_SERVICE_PORT OTEL_PORT OTEL_LOGS_EXPORTER_PORT
  OTEL_ENABLED OTEL_DISABLED OTEL_SDK_ENABLED OTEL_ENDPOINT OTEL_SERVICE_NAMESPACE OTEL_SERVICE_VERSION OTEL_SERVICE_INSTANCE_ID
  OTEL_TRACES_EXPORTER_URL OTEL_TRACE_EXPORTER_URL OTEL_TRACES_ENABLED OTEL_METRICS_ENABLED OTEL_LOGS_ENABLED OTEL_LOGS_LEVEL
  OTEL_EXPORTER_ENDPOINT OTEL_EXPORTER_OTLP_API_ENDPOINT OTEL_EXPORTER_OTLP_HTTP_ENDPOINT OTEL_EXPORTER_OTLP_GRPC_ENDPOINT
  OTEL_METRICS_EXPORT_INTERVAL_MS OTEL_EXPORTER_PROMETHEUS_PATH OTEL_CONFIG OTEL_AUTH_TOKEN OTEL_API_KEY OTEL_DEBUG OTEL_SAMPLER
  OTLP_ENDPOINT OTLP_SERVICE_NAME OTLP_LOG_LEVEL OTLP_HEADERS OTLP_RESOURCE_ATTRIBUTES OTLP_CONFIG_FILE OTLP_PROTOCOL OTLP_PORT
  OTLP_EXPORTER_ENDPOINT OTLP_TRACES_ENDPOINT otlp_service_name
  SPLUNK_OTEL_AGENT VERCEL_OTEL_ENDPOINTS NEXT_OTEL_VERBOSE GRAFANA_OTEL_CLOUD_ZONE ELASTIC_OTEL_NODE_ENABLE_LOG_SENDING DD_TRACE_OTEL_ENABLED
  SENTRY_DSN APPLICATIONINSIGHTS_CONNECTION_STRING PATH OPENSSL_CONF OLDPWD
`
  .trim()
  .split(/\s+/);

/** All that the packages of OpenTelemetry have in their code. */
const inCode = [
  'sdk-node',
  'core',
  'sdk-trace-base',
  'sdk-metrics',
  'sdk-logs',
  'otlp-exporter-base',
  'resources',
].flatMap((name) => {
  const pages = [
    'README.md',
    'build/src/index.js',
    'build/src/utils.js',
    'build/src/config.js',
    'build/src/TracerProvider.js',
  ];
  return pages.flatMap((page) =>
    [...textOf(name, page).matchAll(/\bOTEL_[A-Z_]+[A-Z]\b/g)].map(([variable]) => variable),
  );
});

function textOf(name: string, page: string): string {
  try {
    return readFileSync(join(root, 'node_modules/@opentelemetry', name, page), 'utf8');
  } catch {
    return '';
  }
}

const sentence = (name: string, nearest: string) => `${name} is no variable of OpenTelemetry; ${nearest} is.`;

describe('a misspelt variable of OpenTelemetry', () => {
  for (const [name, nearest] of [
    ['OTEL_TRACE_EXPORTER', 'OTEL_TRACES_EXPORTER'],
    ['OTEL_TRACES_EXPORTERS', 'OTEL_TRACES_EXPORTER'],
    ['OTEL_TRACE_EXPROTER', 'OTEL_TRACES_EXPORTER'],
    ['otel_traces_exporter', 'OTEL_TRACES_EXPORTER'],
    ['Otel_Traces_Exporter', 'OTEL_TRACES_EXPORTER'],
    ['OTLP_TRACES_EXPORTER', 'OTEL_TRACES_EXPORTER'],
    ['OTLE_TRACES_EXPORTER', 'OTEL_TRACES_EXPORTER'],
    ['OTEL_METRIC_EXPORTER', 'OTEL_METRICS_EXPORTER'],
    ['OTEL_LOG_EXPORTER', 'OTEL_LOGS_EXPORTER'],
    ['OTEL_EXPORTER_OTLP_ENDPONT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_EXPORTER_OLTP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_EXPORTER_OTEL_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTLP_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_EXPORTER_OTLP_TRACE_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
    ['OTEL_EXPORTER_OTLP_HEADER', 'OTEL_EXPORTER_OTLP_HEADERS'],
    ['OTEL_METRICS_EXPORT_INTERVAL', 'OTEL_METRIC_EXPORT_INTERVAL'],
    ['OTEL_SERVICENAME', 'OTEL_SERVICE_NAME'],
    ['OTEL_SERIVCE_NAME', 'OTEL_SERVICE_NAME'],
    ['OTEL_RESOURCE_ATTRIBUTE', 'OTEL_RESOURCE_ATTRIBUTES'],
    ['OTEL_PROPAGATOR', 'OTEL_PROPAGATORS'],
    ['OTEL_TRACE_SAMPLER_ARG', 'OTEL_TRACES_SAMPLER_ARG'],
    ['OTEL_SDK_DISABLE', 'OTEL_SDK_DISABLED'],
    ['OTEL_NODE_ENABLE_INSTRUMENTATIONS', 'OTEL_NODE_ENABLED_INSTRUMENTATIONS'],
    ['OTEL_NODE_DISABLED_INSTRUMENTATION', 'OTEL_NODE_DISABLED_INSTRUMENTATIONS'],
  ] as const) {
    it(`is named with the one that is meant: ${name}`, () => {
      assert.ok(mayBeMisspelt({ [name]: 'x' }));
      assert.deepEqual(misspeltOfOpenTelemetry({ [name]: 'x' }), [sentence(name, nearest)]);
    });
  }

  it('is none that the specification, another language, a vendor, an operator or an application reads', () => {
    assert.ok(ofOthers.length > 100);
    assert.deepEqual(misspeltOfOpenTelemetry(Object.fromEntries(ofOthers.map((name) => [name, 'x']))), []);
  });

  it('is none that stands in a package of OpenTelemetry', () => {
    assert.ok(new Set(inCode).size > 10, inCode.join());
    assert.deepEqual(misspeltOfOpenTelemetry(Object.fromEntries(inCode.map((name) => [name, 'x']))), []);
  });

  it('is none that is set to nothing, or that is read all the same where names have no case', () => {
    assert.deepEqual(misspeltOfOpenTelemetry({ OTEL_TRACE_EXPORTER: ' ' }), []);
    assert.deepEqual(misspeltOfOpenTelemetry({ Otel_Log_Level: 'x', OTEL_LOG_LEVEL: 'x' }), []);
  });

  it('is none that the file of configuration names', () => {
    const { folder, remove } = applicationWith({ 'otel.yaml': 'endpoint: $' + '{OTEL_EXPORTER_OTLP_ENDPONT}' });
    try {
      const env = {
        OTEL_EXPORTER_OTLP_ENDPONT: 'x',
        OTEL_TRACE_EXPORTER: 'x',
        OTEL_CONFIG_FILE: join(folder, 'otel.yaml'),
      };
      assert.deepEqual(misspeltOfOpenTelemetry(env), [sentence('OTEL_TRACE_EXPORTER', 'OTEL_TRACES_EXPORTER')]);
    } finally {
      remove();
    }
  });

  it('is not looked for where all that is set is usual, so that the list is not loaded', () => {
    const usual = {
      ...{
        OTEL_SERVICE_NAME: 'shop',
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
      ...{
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=b',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      },
      ...{ OTEL_RESOURCE_ATTRIBUTES: 'a=b', OTEL_PROPAGATORS: 'b3', OTEL_TRACES_SAMPLER: 'always_on', PATH: '/bin' },
      ...{ OTEL_INSTRUMENTATION_EVENTSOURCE_FAMILIES: 'x', OTEL_LOG_LEVEL: 'info', OTHER: 'x' },
    };
    assert.equal(mayBeMisspelt(usual), false);
  });

  for (const flags of [
    ['--import', register],
    ['--no-experimental-require-module', '--import', register],
  ]) {
    it(`is said once at start, on stderr, for all threads: ${flags.slice(0, -1).join(' ')}`, async () => {
      const thread = 'new (process.getBuiltinModule("node:worker_threads").Worker)("", { eval: true })';
      const { stderr, code } = await runNode({
        args: [...flags, '-e', thread],
        env: { OTEL_TRACE_EXPORTER: 'console', otel_service_name: 'shop' },
      });
      const prefix = 'opentelemetry-instrumentation-eventsource: ';
      assert.deepEqual(
        [code, stderr.split('\n').filter((line) => line.startsWith(prefix))],
        [
          0,
          [
            `${prefix}${sentence('OTEL_TRACE_EXPORTER', 'OTEL_TRACES_EXPORTER')}`,
            `${prefix}${sentence('otel_service_name', 'OTEL_SERVICE_NAME')}`,
          ],
        ],
      );
    });
  }
});
