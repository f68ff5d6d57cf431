// SPDX-License-Identifier: Apache-2.0
// Who else traces an application, in the versions that were tried: how each is preloaded, what it makes of spans of the OpenTelemetry
// API, and what it says where. `npm run test:neighbours` runs them, docs/neighbours.md is written from them.
import type { Format } from '../formats.js';
import { nestPreloads, sentryPreloads } from './sentry.js';

export interface Vendor {
  /** Its folder below `.cache/neighbours`. */
  readonly key: string;
  /** In the table, in Markdown; the version stands behind it. */
  readonly title: string;
  /** The package whose version the table gives. */
  readonly main: string;
  /** Exact versions of all that it takes. */
  readonly packages: Readonly<Record<string, string>>;
  /** Lines of Node.js that it runs on. */
  readonly nodes: readonly number[];
  /** Arguments of Node, before or behind ours. */
  readonly preload: Readonly<Record<Format, readonly string[]>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Where its spans come out: sent with OTLP, written into the file SPANS_FILE, or as lines on stdout. */
  readonly reports: 'otlp' | 'file' | 'datadog';
  readonly application: 'shop' | 'nest';
  /** Whether spans of the OpenTelemetry API reach it. */
  readonly takesOurs: boolean;
  /** What it is told, in Markdown. */
  readonly set?: string;
}

const autoInstrumentations = '@opentelemetry/auto-instrumentations-node';
const opentelemetry = {
  main: autoInstrumentations,
  // `import` is seen by their loader only.
  preload: {
    mjs: [
      '--no-warnings',
      '--experimental-loader=@opentelemetry/instrumentation/hook.mjs',
      '--import',
      `${autoInstrumentations}/register`,
    ],
    cjs: ['--no-warnings', '--require', `${autoInstrumentations}/register`],
  },
  env: { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_NODE_RESOURCE_DETECTORS: 'none' },
  reports: 'otlp',
  application: 'shop',
  takesOurs: true,
} as const;

const datadog = {
  main: 'dd-trace',
  title: 'Datadog, `dd-trace`',
  preload: { mjs: ['--import', './datadog.mjs'], cjs: ['--require', './datadog.cjs'] },
  files: {
    'datadog.cjs': `
      const tracer = require('dd-trace').init();
      if (process.env.WITH_PROVIDER === '1') new tracer.TracerProvider().register();
    `,
    'datadog.mjs': `
      import { register } from 'node:module';
      register('dd-trace/loader-hook.mjs', import.meta.url);
      await import('./datadog.cjs');
    `,
  },
  reports: 'datadog',
  application: 'shop',
} as const;
const datadogEnv = {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_CRASHTRACKING_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
  DD_TRACE_EXPERIMENTAL_EXPORTER: 'log',
};
/** What it registers comes through its own copy of the API, below 1.10: the application's where that is one, too, else one that it brings. */
const withApi = (version: string) =>
  `\`new tracer.TracerProvider().register()\`, with \`@opentelemetry/api\` ${version}`;
const api = '@opentelemetry/api';

const sentry = {
  main: '@sentry/node',
  preload: { mjs: ['--import', './sentry.mjs'], cjs: ['--import', './sentry.mjs'] },
  files: sentryPreloads,
  reports: 'file',
  application: 'shop',
} as const;

export const vendors = [
  {
    ...opentelemetry,
    key: 'opentelemetry-3',
    title: 'OpenTelemetry 3.x, `auto-instrumentations-node/register`',
    packages: { [autoInstrumentations]: '0.82.0', '@opentelemetry/api': '1.10.0' },
    // On 22 an ES module under their loader does not end, with us or without.
    nodes: [24],
  },
  {
    ...opentelemetry,
    key: 'opentelemetry-2',
    title: 'OpenTelemetry 2.x, `auto-instrumentations-node/register`',
    packages: { [autoInstrumentations]: '0.81.2', '@opentelemetry/api': '1.9.1' },
    nodes: [20, 22, 24],
  },
  {
    ...sentry,
    key: 'sentry-10',
    title: 'Sentry, `@sentry/node`',
    packages: { '@sentry/node': '10.78.0' },
    nodes: [20, 22, 24],
    takesOurs: true,
  },
  {
    ...sentry,
    key: 'sentry-11',
    title: 'Sentry, `@sentry/node`',
    packages: { '@sentry/node': '11.12.0' },
    nodes: [20, 22, 24],
    takesOurs: false,
  },
  {
    ...sentry,
    key: 'sentry-11-opentelemetry',
    title: 'Sentry, `@sentry/node`',
    packages: { '@sentry/node': '11.12.0' },
    nodes: [20, 22, 24],
    env: { SENTRY_OPTIONS: '{"enableOpenTelemetrySetup":true}' },
    set: '`enableOpenTelemetrySetup: true`',
    takesOurs: true,
  },
  {
    ...sentry,
    key: 'sentry-nest-10',
    main: '@sentry/nestjs',
    title: 'Sentry on Nest, `@sentry/nestjs`',
    packages: {
      '@sentry/nestjs': '10.75.0',
      '@nestjs/common': '11.1.6',
      '@nestjs/core': '11.1.6',
      '@nestjs/cqrs': '11.0.3',
      '@nestjs/platform-express': '11.1.6',
      'reflect-metadata': '0.2.2',
      rxjs: '7.8.2',
    },
    files: nestPreloads,
    nodes: [20, 24],
    application: 'nest',
    takesOurs: true,
  },
  {
    ...datadog,
    key: 'datadog-5',
    packages: { 'dd-trace': '5.132.0' },
    nodes: [20, 22, 24],
    env: datadogEnv,
    takesOurs: false,
  },
  {
    ...datadog,
    key: 'datadog-5-opentelemetry',
    packages: { 'dd-trace': '5.132.0', [api]: '1.9.1' },
    nodes: [20, 22, 24],
    env: { ...datadogEnv, WITH_PROVIDER: '1' },
    set: withApi('1.9'),
    takesOurs: true,
  },
  {
    ...datadog,
    key: 'datadog-5-older-api',
    packages: { 'dd-trace': '5.132.0', [api]: '1.10.0' },
    nodes: [20, 22, 24],
    env: { ...datadogEnv, WITH_PROVIDER: '1' },
    set: withApi('1.10'),
    takesOurs: true,
  },
  {
    ...datadog,
    key: 'datadog-6',
    packages: { 'dd-trace': '6.21.0' },
    nodes: [22, 24],
    env: datadogEnv,
    takesOurs: false,
  },
  {
    ...datadog,
    key: 'datadog-6-opentelemetry',
    packages: { 'dd-trace': '6.21.0', [api]: '1.9.1' },
    nodes: [22, 24],
    env: { ...datadogEnv, WITH_PROVIDER: '1' },
    set: withApi('1.9'),
    takesOurs: true,
  },
  {
    ...datadog,
    key: 'datadog-6-older-api',
    packages: { 'dd-trace': '6.21.0', [api]: '1.10.0' },
    nodes: [22, 24],
    env: { ...datadogEnv, WITH_PROVIDER: '1' },
    set: withApi('1.10'),
    takesOurs: true,
  },
] as const satisfies readonly Vendor[];
