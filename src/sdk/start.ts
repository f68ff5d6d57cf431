// SPDX-License-Identifier: Apache-2.0
// NodeSDK from the environment, and what it takes so that nobody notices but the backend.
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { applicationFiles } from '../application-files.js';
import { note } from '../ledger.js';
import type { Environment } from '../settings.js';
import { context } from '../weaving/global-api.js';
import { registered, registeredLoggerProvider } from '../weaving/registered.js';
import { addressFaults } from './addresses.js';
import { API_PACKAGE, apiVersion, applicationApi, isOlder } from './api-copies.js';
import { requireWithRealClocks, withRealClocks } from './clocks.js';
import { sayingWhatIsUnknown } from './complaints.js';
import { destinationOf } from './environment.js';
import { type Sending, type Sources, sendingOf } from './flush.js';
import { installOfSdk } from './install.js';
import { tellWhatIsLost } from './lost.js';
import { providersNow } from './providers.js';
import { type ExportRequests, watchExportRequests } from './requests.js';
import { reasonOf, say } from './say.js';
import { flushOnSignals } from './signals.js';

/** What is used of `@opentelemetry/sdk-node`, an optional peer. */
interface SdkNode {
  readonly NodeSDK: new (configuration: Record<string, unknown>) => { start(): void };
}

interface Core {
  isTracingSuppressed(context: unknown): boolean;
  setGlobalErrorHandler(handler: (error: unknown) => void): void;
  loggingErrorHandler(): (error: unknown) => void;
}

/**
 * Starts NodeSDK, synchronously; what it does is what it makes of the environment. Exports are flushed at the end of the
 * process. What the application has registered stays. Never throws: a missing package or a refused start is one line on stderr.
 *
 * @param flushTimeoutMillis how long the end of the process may wait for the last export
 * @returns how telemetry is sent; `undefined` when no SDK runs
 */
export function startSdk(env: Environment, flushTimeoutMillis: number): Sending | undefined {
  try {
    const path = findSdkNode();
    if (path === undefined) {
      say(`the environment asks for an SDK, which is not installed: ${installOfSdk(installedApi())}`);
      return undefined;
    }
    const mismatch = versionsApart(path);
    if (mismatch !== undefined) {
      say(`the SDK cannot be registered: ${mismatch}`);
      return undefined;
    }
    const require = createRequire(path);
    const { NodeSDK } = requireWithRealClocks<SdkNode>(require, path);
    const before = providersNow();
    const { configuration, variables } = slotsTaken();
    withVariables(variables, () =>
      sayingWhatIsUnknown(require, () =>
        withRealClocks(() => new NodeSDK({ instrumentations: [], ...configuration }).start()),
      ),
    );
    note({ what: 'sdk' });
    const sources = added(before, providersNow());
    return watched(require, env, sources, flushTimeoutMillis);
  } catch (error) {
    const missing = missingPackage(error);
    say(`the SDK did not start: ${missing === undefined ? reasonOf(error) : `npm install ${missing}`}`);
    return undefined;
  }
}

/** It loads all of its exporters at once, used or not: where one of them is not installed, no signal has any. */
function missingPackage(error: unknown): string | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code !== 'MODULE_NOT_FOUND' || typeof message !== 'string') return undefined;
  return /^Cannot find module '((?:@[^/']+\/)?[^./'][^/']*)/.exec(message)?.[1];
}

function added(before: Sources, after: Sources): Sources {
  return {
    recorded: after.recorded.filter((provider) => !before.recorded.includes(provider)),
    measured: after.measured.filter((provider) => !before.measured.includes(provider)),
  };
}

/** What npm has to go by: the application's, not one that ours may have for itself. */
function installedApi(): string | undefined {
  return [...applicationFiles(), import.meta.url].map(apiVersion).find((version) => version !== undefined);
}

function findSdkNode(): string | undefined {
  for (const file of [import.meta.url, ...applicationFiles()]) {
    try {
      return createRequire(file).resolve('@opentelemetry/sdk-node');
    } catch {}
  }
  return undefined;
}

/**
 * The API takes registrations of one version of it only; whoever came first, with a logger for `diag` perhaps, decides. What is
 * registered through an older one than the application's, that one does not read: its own spans would be lost.
 */
function versionsApart(sdk: string): string | undefined {
  const version = apiVersion(sdk);
  if (version === undefined) return undefined;
  const { version: inUse } = registered();
  const own = readingVersion();
  const install = `npm install ${API_PACKAGE}@`;
  if (inUse !== undefined && inUse !== version) {
    return `the application uses ${API_PACKAGE} ${inUse}, the SDK ${version}. Install one for both: ${install}${version}`;
  }
  if (own !== undefined && isOlder(version, own)) {
    return `the SDK uses ${API_PACKAGE} ${version}, others here ${own}. Install one for all, and an SDK for it: ${install}${own}`;
  }
  return undefined;
}

/** Of the API by which the application asks for providers: ours, but where it has an older one. */
function readingVersion(): string | undefined {
  const own = apiVersion(import.meta.url);
  const theirs = applicationApi()?.version;
  return own !== undefined && theirs !== undefined && isOlder(theirs, own) ? theirs : own;
}

/**
 * NodeSDK would complain of a duplicate registration where the application has registered a part of its own. For signals it
 * has no option in all versions that leaves them out, but the exporter `none`.
 */
function slotsTaken() {
  const { context, propagation, metrics } = registered();
  return {
    configuration: {
      ...(context === undefined ? {} : { contextManager: null }),
      ...(propagation === undefined ? {} : { textMapPropagator: null }),
    },
    variables: [
      ...(metrics === undefined ? [] : ['OTEL_METRICS_EXPORTER']),
      ...(registeredLoggerProvider() === undefined ? [] : ['OTEL_LOGS_EXPORTER']),
    ],
  };
}

/** Sets variables to `none` for the time of `work`. */
function withVariables(names: readonly string[], work: () => void): void {
  const given = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) process.env[name] = 'none';
  try {
    work();
  } finally {
    for (const [name, value] of given) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function watched(require: NodeJS.Require, env: Environment, sources: Sources, limitMillis: number): Sending {
  const core = coreOf(require);
  const requests = watchExportRequests(() => core?.isTracingSuppressed(context.active()) === true);
  const sayOnce = oneLine();
  const report = reportOf(env, requests, sayOnce);
  if (core !== undefined) reportFailedExports(core, report);
  const sending = sendingOf(sources, requests, limitMillis, report);
  if (isMainThread) flushOnSignals(sending.flush);
  tellWhatIsLost(sources.recorded, (spans) =>
    sayOnce(
      `${spans === 1 ? '1 span is' : `${spans} spans are`} lost, unsent when the process ended. Before process.exit(), call ` +
        '`await flush()` of this package (docs/troubleshooting.md#spans-are-lost-at-the-end)',
    ),
  );
  return sending;
}

function coreOf(require: NodeJS.Require): Core | undefined {
  try {
    return require('@opentelemetry/core');
  } catch {
    return undefined;
  }
}

/** Failed exports go to the handler of the SDK's own core, which by default speaks to `diag` alone. */
function reportFailedExports(core: Core, report: (error: unknown) => void): void {
  const log = core.loggingErrorHandler();
  core.setGlobalErrorHandler((error) => {
    report(error);
    log(error);
  });
}

/** What could not be sent is not told of again as lost. */
function oneLine(): (text: string) => void {
  let said = false;
  return (text) => {
    if (said) return;
    said = true;
    say(text);
  };
}

function reportOf(
  env: Environment,
  requests: ExportRequests,
  sayOnce: (text: string) => void,
): (error: unknown) => void {
  return (error) => {
    const { endpoint, variable } = destinationOf(env);
    // The start of the SDK has told it.
    if (addressFaults(env).some((fault) => fault.variable === variable)) return;
    sayOnce(
      `telemetry could not be sent to ${endpoint} (${requests.failure ?? reasonOf(error)}). Start a receiver there, name ` +
        `another in ${variable}, or send nothing with OTEL_SDK_DISABLED=true.`,
    );
  };
}
