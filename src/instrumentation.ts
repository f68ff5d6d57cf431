// SPDX-License-Identifier: Apache-2.0
// The instrumentation as OpenTelemetry knows it. It implements the interface instead of extending `InstrumentationBase`:
// constructing one of those in a preload switches off other people's instrumentations.
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type EventSourceInstrumentationConfig, type ResolvedConfig, resolveConfig } from './config.js';
import { tellKept } from './debug.js';
import { engineOfProcess } from './engine.js';
import { flush } from './flush.js';
import { note } from './ledger.js';
import { openDoors } from './open-doors.js';
import { optionsInEffect } from './options-in-effect.js';
import { readableOptions } from './readable-options.js';
import { checkedLibraries } from './tables/libraries.js';
import { tablesOf } from './tables/load.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from './version.js';
import { warnOnce } from './warn.js';
import type { LoggerProvider } from './weaving/providers.js';

/**
 * OpenTelemetry instrumentation of the `eventsource` library. Constructing it weaves: every module of the target that the
 * process loads from then on, or has loaded through `require` before. A method is woven once, so all instances share one engine
 * and the last word of any of them holds; one that was never enabled has none.
 *
 * @example
 * ```ts
 * import { NodeSDK } from '@opentelemetry/sdk-node';
 * import { EventSourceInstrumentation } from 'opentelemetry-instrumentation-eventsource';
 *
 * new NodeSDK({ instrumentations: [new EventSourceInstrumentation({ families: { projections: 'on' } })] }).start();
 * ```
 */
export class EventSourceInstrumentation implements Instrumentation<EventSourceInstrumentationConfig> {
  readonly instrumentationName = PACKAGE_NAME;
  readonly instrumentationVersion = PACKAGE_VERSION;
  readonly #engine = engineOfProcess();
  #settings: Settings;
  #isOn = false;

  /** A malformed option or variable is named in one warning; its default holds. Never throws for one. */
  constructor(config: EventSourceInstrumentationConfig = {}) {
    this.#settings = settingsOf(config);
    if (this.#settings.resolved.enabled) this.enable();
    else this.#engine.introduce(this.#settings.resolved);
  }

  /** Starts to weave; after `disable`, switches what is woven on again. Does nothing where the environment says off. */
  enable(): void {
    // Whoever registers instrumentations enables them, even those that are off on purpose.
    const { given, resolved } = this.#settings;
    if (!resolved.enabled && given.enabled === undefined) return;
    this.#isOn = true;
    this.#engine.enable(resolved);
    openDoors(this.#engine, resolved);
  }

  /** Switches what is woven off: calls run bare. Nothing is unwoven, others may have wrapped ours. */
  disable(): void {
    if (this.#isOn) this.#engine.disable();
    this.#isOn = false;
  }

  /**
   * Sends what is unsent of the whole application, as the function {@link flush} does.
   *
   * @param limitMillis how long to wait at most; default: `OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT`, or 2000
   * @returns whether everything was sent within the limit; never rejects
   */
  flush(limitMillis?: number): Promise<boolean> {
    return flush(limitMillis);
  }

  /** The provider that records; the global provider is looked up at each call and never kept. */
  setTracerProvider(provider: TracerProvider): void {
    note({ what: 'provider', provider });
    // Who registers instrumentations has set the logger of `diag` by now, if ever.
    tellKept();
    this.#engine.providers.traces.use(provider);
  }

  setMeterProvider(provider: MeterProvider): void {
    this.#engine.providers.metrics.use(provider);
  }

  setLoggerProvider(provider: LoggerProvider): void {
    this.#engine.providers.logs.use(provider);
  }

  /**
   * The options in effect: those given, else those of the environment, else defaults, all of them, in an object of its own. `enabled` is
   * whether it is on now, so `setConfig` with what this gives, and something changed in it, changes that and nothing else.
   */
  getConfig(): EventSourceInstrumentationConfig {
    const { given, resolved } = this.#settings;
    return optionsInEffect(resolved, given, this.#isOn);
  }

  /**
   * Replaces the options. `enabled`, where it is given, switches as `enable` and `disable` do. Families, switches and options of
   * libraries hold at once; module names, the capture of tenant and actor and names of attributes for what is woven from then on.
   */
  setConfig(config: EventSourceInstrumentationConfig): void {
    this.#settings = settingsOf(config);
    const { given, resolved } = this.#settings;
    if (!resolved.enabled) this.disable();
    else if (this.#isOn || given.enabled === true) this.enable();
  }
}

interface Settings {
  readonly given: EventSourceInstrumentationConfig;
  readonly resolved: ResolvedConfig;
}

function settingsOf(config: unknown): Settings {
  const options = readableOptions(config, warnOnce);
  const tables = checkedLibraries('option tables', options.tables, warnOnce);
  return {
    given: Object.freeze({ ...options, ...(options.tables === undefined ? {} : { tables }) }),
    resolved: resolveConfig(options, process.env, warnOnce, [...tables, ...tablesOf(process.env, warnOnce)]),
  };
}
