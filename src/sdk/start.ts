// SPDX-License-Identifier: Apache-2.0
// NodeSDK from the environment, and what it takes so that nobody notices but the backend.
import { createRequire } from 'node:module';
import { applicationFiles } from '../application-files.js';
import type { Environment } from '../config.js';
import { PACKAGE_NAME } from '../version.js';
import { endpointOf } from './environment.js';
import { flushAtExit } from './flush.js';

/** What is used of `@opentelemetry/sdk-node`, an optional peer. */
interface SdkNode {
  readonly NodeSDK: new (
    configuration: Record<string, unknown>,
  ) => {
    start(): void;
    shutdown(): Promise<void>;
  };
}

interface Core {
  setGlobalErrorHandler(handler: (error: unknown) => void): void;
  loggingErrorHandler(): (error: unknown) => void;
}

/**
 * Starts NodeSDK, synchronously; what it does is what it makes of the environment. Exports are flushed at the end of the
 * process. What the application has registered stays. Never throws: a missing package or a refused start is one line on stderr.
 *
 * @param flushTimeoutMillis how long the end of the process may wait for the last export
 * @returns whether the SDK runs
 */
export function startSdk(env: Environment, flushTimeoutMillis: number): boolean {
  try {
    const path = findSdkNode();
    if (path === undefined) {
      say('the environment asks for an SDK, which is not installed: npm install @opentelemetry/sdk-node');
      return false;
    }
    const require = createRequire(path);
    const { NodeSDK }: SdkNode = require(path);
    const sdk = new NodeSDK({ instrumentations: [], ...slotsTaken() });
    sdk.start();
    const report = reportOf(env);
    reportFailedExports(require, report);
    flushAtExit(() => sdk.shutdown(), flushTimeoutMillis, report);
    return true;
  } catch (error) {
    say(`the SDK did not start: ${reasonOf(error)}`);
    return false;
  }
}

function findSdkNode(): string | undefined {
  for (const file of [import.meta.url, ...applicationFiles()]) {
    try {
      return createRequire(file).resolve('@opentelemetry/sdk-node');
    } catch {}
  }
  return undefined;
}

/** NodeSDK would complain of a duplicate registration where the application has registered a part of its own. */
function slotsTaken(): Record<string, unknown> {
  const registry = (globalThis as Record<symbol, Record<string, unknown> | undefined>)[
    Symbol.for('opentelemetry.js.api.1')
  ];
  const { context, propagation, metrics } = registry ?? {};
  return {
    ...(context === undefined ? {} : { contextManager: null }),
    ...(propagation === undefined ? {} : { textMapPropagator: null }),
    ...(metrics === undefined ? {} : { metricReaders: [] }),
  };
}

/** Failed exports go to the handler of the SDK's own core, which by default speaks to `diag` alone. */
function reportFailedExports(require: NodeJS.Require, report: (error: unknown) => void): void {
  try {
    const core: Core = require('@opentelemetry/core');
    const log = core.loggingErrorHandler();
    core.setGlobalErrorHandler((error) => {
      report(error);
      log(error);
    });
  } catch {}
}

function reportOf(env: Environment): (error: unknown) => void {
  let reported = false;
  return (error) => {
    if (reported) return;
    reported = true;
    say(
      `telemetry could not be sent to ${endpointOf(env)} (${reasonOf(error)}). Start a collector there, name another ` +
        'in OTEL_EXPORTER_OTLP_ENDPOINT, or send nothing with OTEL_SDK_DISABLED=true.',
    );
  };
}

function reasonOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? error.errors : [error];
  const { message, code } = (first ?? {}) as { message?: unknown; code?: unknown };
  return String(message || code || first).split('\n', 1)[0] ?? '';
}

/** Past `diag`, whose listener may want less than this: for the person at the terminal. */
function say(text: string): void {
  process.stderr.write(`${PACKAGE_NAME}: ${text}\n`);
}
