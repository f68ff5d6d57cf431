// SPDX-License-Identifier: Apache-2.0
// What the woven functions of one library ask at call time: its settings, and its telemetry from the providers of the process.
import type { Attributes, DiagLogger } from '@opentelemetry/api';
import { createGovernor, type Governor, OVERFLOW } from './attribute-sets.js';
import { diagOf } from './diag.js';
import { createLiving, type LifeWords, type Living } from './living.js';
import type { Providers } from './providers.js';
import { createQuestions } from './questions.js';
import type { RuntimeSettings } from './runtime-settings.js';
import { type Instrument, severities } from './signals.js';
import { createTallies, type Tallies } from './tallies.js';
import { createTelemetry, type Scope, type Telemetry } from './telemetry.js';
import { ignoringErrors, tellingOnce } from './telling.js';

const CARDINALITY_LIMIT = 200;

export interface Runtime extends Telemetry {
  readonly providers: Providers;
  settings: RuntimeSettings;
  readonly diag: DiagLogger;
  readonly living: Living;
  readonly tallies: Tallies;
  /** Bounds the attributes of an instrument, whichever rows record with it. */
  governorOf(instrument: Instrument): Governor;
  /** An object begins to be observed; a meter provider that comes later has its gauges, too. */
  observe(gauges: LifeWords['gauges'], object: object, family: string): void;
  /** Whether a record of this severity number is wanted of a logger. */
  wantsRecord(logger: string, severity: number): boolean;
  /** Whether somebody is there who gets records. */
  writesRecords(): boolean;
  /** An SDK or propagator threw. It is told once for each `what`; the row that called it is not to blame. */
  telemetryFailed(what: string, fault: unknown): void;
}

export function createRuntime(providers: Providers, scope: Scope, settings: RuntimeSettings): Runtime {
  const log = diagOf(scope.name);
  const governors = new WeakMap<Instrument, Governor>();
  const questions = createQuestions(
    ({ option }) => option === undefined || settingOf(option) !== false,
    ({ name }, fault) => runtime.telemetryFailed(`asking ${name}`, fault),
  );
  const living = createLiving(settingOf, questions, observedAttributes, ({ name }, fault) =>
    runtime.telemetryFailed(`observing ${name}`, fault),
  );
  const telemetry = createTelemetry(providers, scope, living, log);
  let watching = false;
  const runtime: Runtime = {
    ...telemetry,
    providers,
    settings,
    diag: log,
    living,
    tallies: createTallies(),
    governorOf(instrument) {
      const known = governors.get(instrument) ?? governorFor(instrument);
      governors.set(instrument, known);
      return known;
    },
    observe(gauges, object, family) {
      living.begin(gauges, object, () => providers.enabled && runtime.settings.family(family) !== 'off');
      if (!watching) providers.metrics.watch(telemetry.attachGauges);
      watching = true;
      telemetry.attachGauges();
    },
    wantsRecord: (logger, severity) => severity >= (runtime.settings.severity?.(logger) ?? severities.info),
    writesRecords: () => providers.logs.current() !== undefined || runtime.settings.sink !== undefined,
    telemetryFailed: tellingOnce(log),
  };
  return runtime;

  function settingOf(option: string): unknown {
    return runtime.settings.value?.(option);
  }

  /** As `attributeSets` makes those of calls. */
  function observedAttributes(instrument: Instrument, attributes: Attributes): Attributes {
    const { admit } = runtime.governorOf(instrument);
    const written = Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined
        ? []
        : runtime.settings.attribute(name).map((form) => [form.key, admit(form.key, form.value?.(value) ?? value)]),
    );
    return Object.fromEntries(written);
  }

  function governorFor({ name }: Instrument): Governor {
    const limit = () => runtime.settings.cardinalityLimit ?? CARDINALITY_LIMIT;
    return createGovernor(limit, (key) =>
      ignoringErrors(() =>
        log.warn(`${name}: more than ${limit()} values of ${key}; the others are counted as ${OVERFLOW}`),
      ),
    );
  }
}
