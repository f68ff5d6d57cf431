// SPDX-License-Identifier: Apache-2.0
// `diag` of the API, for a logger that any copy of it has set.
import type { DiagLogger } from '@opentelemetry/api';
import { registered } from './registered.js';

type Level = keyof DiagLogger;

/** @param namespace comes before each message */
export function diagOf(...namespace: readonly [string?]): DiagLogger {
  const saying =
    (level: Level) =>
    (...said: unknown[]) =>
      registered().diag?.[level](...([...namespace, ...said] as [string, ...unknown[]]));
  return {
    error: saying('error'),
    warn: saying('warn'),
    info: saying('info'),
    debug: saying('debug'),
    verbose: saying('verbose'),
  };
}

export const diag = diagOf();
