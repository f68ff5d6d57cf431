// SPDX-License-Identifier: Apache-2.0
// What is said of faults. Imports nothing, so that it loads where the API is not installed.
import type { DiagLogger } from '@opentelemetry/api';

/** Says that telemetry code which is not ours threw, once for each `what`. */
export function tellingOnce(log: DiagLogger): (what: string, fault: unknown) => void {
  const told = new Set<string>();
  return (what, fault) => {
    if (told.has(what)) return;
    told.add(what);
    ignoringErrors(() => log.error(`${what} failed, and its telemetry is lost where it does; told once:`, fault));
  };
}

/** For what is only said: the listener of `diag` is the application's, and may throw. */
export function ignoringErrors(action: () => void): void {
  try {
    action();
  } catch {
    // There is nobody left to tell.
  }
}
