// SPDX-License-Identifier: Apache-2.0
// Runs a program on a broker in a process of its own, under the preload, and collects its spans.
import { randomUUID } from 'node:crypto';
import { type Broker, removeFrom } from '../../../testkit/brokers.js';
import { startOtlpReceiver } from '../../../testkit/otlp-receiver.js';
import type { ExportedSpan } from '../../../testkit/otlp-traces.js';
import { startProcess } from '../../../testkit/processes.js';

export const ours = './register';
/** OpenTelemetry's own instrumentations of the drivers. */
export const drivers = './dist/test/services/programs/drivers.js';

export interface RunOptions {
  /** @default ours */
  readonly preloads?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Run<T> {
  /** What the program printed, which is JSON. */
  readonly result: T;
  readonly spans: readonly ExportedSpan[];
}

/** @param program of `test/services/programs`; gets the broker and a name of its own */
export async function runOn<T>(broker: Broker, program: string, options: RunOptions = {}): Promise<Run<T>> {
  const receiver = await startOtlpReceiver();
  const name = uniqueName();
  try {
    const { preloads = [ours], env = {} } = options;
    const child = startProcess([programPath(program), broker, name], {
      preloads,
      env: { ...tracesTo(receiver.endpoint), ...env },
    });
    return { result: JSON.parse(await child.ended()), spans: receiver.spans };
  } finally {
    await receiver.close();
    await removeFrom(broker, name);
  }
}

export function programPath(program: string): string {
  return `dist/test/services/programs/${program}.js`;
}

export function uniqueName(): string {
  return `test_${randomUUID().slice(0, 8)}`;
}

/** The environment of a process that exports its traces there. */
export function tracesTo(endpoint: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:OTEL_|NODE_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  };
}
