// SPDX-License-Identifier: Apache-2.0
// What the woven functions of one library ask at call time: its settings, and its telemetry from the providers of the process.
import { type AttributeValue, type DiagLogger, diag } from '@opentelemetry/api';
import type { Providers } from './providers.js';
import { severities } from './signals.js';
import { createTelemetry, type Scope, type Telemetry } from './telemetry.js';
import { tellingOnce } from './telling.js';

export type FamilyMode = 'auto' | 'on' | 'off';

/** One way to write an attribute: its key in the convention in force, and the value where that differs too. */
export interface AttributeForm {
  readonly key: string;
  readonly value?: ((value: AttributeValue) => AttributeValue) | undefined;
}

/** What the engine is told from outside. It knows no attribute, no family and no setting by name. */
export interface RuntimeSettings {
  /** The forms of an attribute key; none drops it, two write it twice. */
  readonly attribute: (key: string) => readonly AttributeForm[];
  /** Keys that get the class name of a failure. */
  readonly errorKeys: readonly string[];
  readonly family: (family: string) => FamilyMode;
  /** Whether an option that an aspect depends on is on; default: no. */
  readonly option?: ((name: string) => boolean) | undefined;
  /** The lowest severity number that is wanted of a logger; default: that of `info`. */
  readonly severity?: ((logger: string) => number) | undefined;
}

export interface Runtime extends Telemetry {
  readonly providers: Providers;
  settings: RuntimeSettings;
  readonly diag: DiagLogger;
  /** Whether a record of this severity number would be written now. */
  logs(logger: string, severity: number): boolean;
  /** An SDK or propagator threw. It is told once for each `what`; the row that called it is not to blame. */
  telemetryFailed(what: string, fault: unknown): void;
}

export function createRuntime(providers: Providers, scope: Scope, settings: RuntimeSettings): Runtime {
  const log = diag.createComponentLogger({ namespace: scope.name });
  const runtime: Runtime = {
    ...createTelemetry(providers, scope, log),
    providers,
    settings,
    diag: log,
    logs(logger, severity) {
      const wanted = runtime.settings.severity?.(logger) ?? severities.info;
      return severity >= wanted && providers.logs.current() !== undefined;
    },
    telemetryFailed: tellingOnce(log),
  };
  return runtime;
}
