// SPDX-License-Identifier: Apache-2.0
// What a set-up is, and what several have.
import type { FindingId } from '../../../src/cli/findings/index.js';
import type { OtlpReceiverOptions } from '../../../testkit/otlp-receiver.js';
import type { DoctorRun } from '../application.js';

export interface SetUp extends DoctorRun {
  readonly finds: readonly FindingId[];
  /** Of what is seen; each of them must be there. */
  readonly seen?: readonly RegExp[];
  /** Starts a receiver, which the environment names unless it names another. */
  readonly receiver?: OtlpReceiverOptions;
  /** Of the endpoint, where the receiver has another. */
  readonly scheme?: 'http' | 'https';
  /** Hints alone: the exit code is 0. */
  readonly isHealthy?: true;
}

export const PREFIX = 'OTEL_INSTRUMENTATION_EVENTSOURCE_';
export const noOthers = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' } as const;
/** Seconds in which an application has loaded, on a busy machine as well. Others run meanwhile. */
export const LONG_ENOUGH = '15';
/** Nobody listens there. */
export const CLOSED = 'http://127.0.0.1:9';
export const closed = { ...noOthers, OTEL_EXPORTER_OTLP_ENDPOINT: CLOSED, [`${PREFIX}FLUSH_TIMEOUT`]: '300' };
export const flush = { ...noOthers, [`${PREFIX}FLUSH_TIMEOUT`]: '300' };

export const provider = (options: string) => `
  import { ConsoleSpanExporter, BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
  const provider = new NodeTracerProvider(${options});
`;
export const batch = provider(
  '{ spanProcessors: [new BatchSpanProcessor(new ConsoleSpanExporter(), { scheduledDelayMillis: 60_000 })] }',
);
export const manifest = (name: string, version = '1.0.0', type = 'commonjs') =>
  JSON.stringify({ name, version, type, main: './index.js' });
