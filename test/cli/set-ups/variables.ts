// SPDX-License-Identifier: Apache-2.0
// Set-ups with variables that nobody reads, or reads otherwise.
import { onConsole } from '../application.js';
import { closed, noOthers, PREFIX, type SetUp } from './shared.js';

export const setUpsOfVariables: Readonly<Record<string, SetUp>> = {
  'a variable of OpenTelemetry in small letters': {
    env: { otel_traces_exporter: 'console' },
    finds: ['variable-misspelt', 'no-provider'],
    seen: [/^otel_traces_exporter is no variable of OpenTelemetry; OTEL_TRACES_EXPORTER is\.$/],
  },
  'a variable of OpenTelemetry with the prefix of a protocol, and no preload': {
    flags: [],
    env: { ...onConsole, OTLP_TRACES_EXPORTER: 'console' },
    finds: ['variable-misspelt', 'preload-missing'],
    seen: [/^OTLP_TRACES_EXPORTER is no variable of OpenTelemetry; OTEL_TRACES_EXPORTER is\.$/],
  },
  'a file of configuration, which the SDK of the preload does not read': {
    env: { ...onConsole, OTEL_CONFIG_FILE: 'otel.yaml' },
    finds: ['config-file-not-read'],
    seen: [/^OTEL_CONFIG_FILE is set; /],
  },
  'a misspelt variable of ours': {
    env: { ...onConsole, [`${PREFIX}FAMILLIES`]: 'projections=on' },
    finds: ['variable-misspelt'],
    seen: [/FAMILLIES: there is no such variable; the nearest is \w+_FAMILIES\b/],
  },
  'a value of ours that cannot be used': {
    env: { ...onConsole, [`${PREFIX}FAMILIES`]: 'stores=yes' },
    finds: ['value-not-usable'],
    seen: [/not usable; accepted/],
  },
  'an exporter that does not exist, with metrics for which nobody listens': {
    env: { ...closed, OTEL_TRACES_EXPORTER: 'jaeger', OTEL_METRICS_EXPORTER: 'otlp' },
    finds: ['value-not-usable', 'endpoint-unreachable'],
    seen: [/^Of metrics or log records: telemetry could not be sent/],
  },
  'an exporter that does not exist': {
    env: { ...noOthers, OTEL_TRACES_EXPORTER: 'jaeger' },
    finds: ['value-not-usable'],
    seen: [/^OTEL_TRACES_EXPORTER is jaeger; accepted: otlp, /],
  },
  'variables that the application sets': {
    app: ['dotenv.mjs'],
    files: { 'dotenv.mjs': "process.env.OTEL_TRACES_EXPORTER = 'console'; await import('./app.mjs');" },
    finds: ['variables-too-late', 'no-provider'],
    seen: [/OTEL_TRACES_EXPORTER/],
  },
  'a table of one’s own that is not there': {
    env: { ...onConsole, [`${PREFIX}TABLES`]: './none.mjs' },
    finds: ['complaint'],
    seen: [/none\.mjs/],
  },
};
