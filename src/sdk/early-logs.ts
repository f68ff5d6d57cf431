// SPDX-License-Identifier: Apache-2.0
// The first log record of the application, before there is a logger provider. Loggers that the API hands out until then are of
// one class, as tracers are.
import { createRequire } from 'node:module';
import { applicationFiles } from '../application-files.js';
import type { Api } from './api-copies.js';
import { watchCalls } from './watch-calls.js';

/** What is used of the logs API: a package of its own, from API 1.10 a part of it. */
interface Logs {
  getLoggerProvider(): LoggerProxy;
  getLogger(name: string): object;
}

/** The methods behind the proxy went by other names before 0.208. */
interface LoggerProxy {
  getDelegate?(): object;
  _getDelegate?(): object;
  setDelegate?(provider: object): void;
  _setDelegate?(provider: object): void;
}

export interface EarlyLogs {
  /** Ends the waiting. */
  disarm(): void;
  /** Gives the loggers of all copies the provider that is registered, which one of them knows. */
  connect(provider: object | undefined): void;
}

/**
 * Wakes an SDK at the first log record, or when somebody asks whether one is wanted.
 *
 * @param apis copies of the API
 */
export function watchEarlyLogs(apis: readonly Api[], wake: () => void): EarlyLogs {
  const copies = logsCopies(apis);
  const proxies = copies.map((logs) => logs.getLoggerProvider()).filter(isEmpty);
  const disarm = copies.flatMap((logs) => {
    const prototype: object = Object.getPrototypeOf(logs.getLogger('early'));
    if (prototype.constructor.name !== 'ProxyLogger') return [];
    return ['emit', 'enabled']
      .filter((name) => Object.hasOwn(prototype, name))
      .map((name) => watchCalls(prototype, name, { before: wake }));
  });
  return {
    disarm() {
      for (const each of disarm) each();
    },
    connect(provider) {
      if (provider === undefined) return;
      for (const proxy of proxies) if (isEmpty(proxy)) (proxy._setDelegate ?? proxy.setDelegate)?.call(proxy, provider);
    },
  };
}

/** Of the API itself, and of the package that the application gets for it; where it gets none, none is loaded. */
function logsCopies(apis: readonly Api[]): Logs[] {
  const copies = new Set(apis.flatMap((api) => ('logs' in api ? [api.logs as Logs] : [])));
  for (const file of applicationFiles()) {
    try {
      copies.add(createRequire(file)('@opentelemetry/api-logs').logs);
    } catch {}
  }
  return [...copies];
}

function isEmpty(proxy: LoggerProxy): boolean {
  return (proxy._getDelegate ?? proxy.getDelegate)?.call(proxy).constructor.name === 'NoopLoggerProvider';
}
