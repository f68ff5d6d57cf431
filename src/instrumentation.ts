// SPDX-License-Identifier: Apache-2.0
// The instrumentation as OpenTelemetry knows it. It implements the interface instead of extending `InstrumentationBase`:
// constructing one of those in a preload switches off other people's instrumentations.
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type EventSourceInstrumentationConfig, type ResolvedConfig, resolveConfig } from './config.js';
import { watchPackages } from './doors/index.js';
import { engineOfProcess } from './engine.js';
import { note } from './ledger.js';
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
  #config: EventSourceInstrumentationConfig;
  #resolved: ResolvedConfig;
  #isOn = false;

  /** A malformed option or variable is named in one warning; its default holds. Never throws for one. */
  constructor(config: EventSourceInstrumentationConfig = {}) {
    this.#config = config ?? {};
    this.#resolved = resolved(config);
    if (this.#resolved.enabled) this.enable();
    else this.#engine.introduce(this.#resolved);
  }

  /** Starts to weave; after `disable`, switches what is woven on again. Does nothing where the environment says off. */
  enable(): void {
    // Whoever registers instrumentations enables them, even those that are off on purpose.
    if (!this.#resolved.enabled && this.#config.enabled === undefined) return;
    this.#isOn = true;
    this.#engine.enable(this.#resolved);
    this.#engine.watch(watchPackages);
  }

  /** Switches what is woven off: calls run bare. Nothing is unwoven, others may have wrapped ours. */
  disable(): void {
    if (this.#isOn) this.#engine.disable();
    this.#isOn = false;
  }

  /** The provider that records; the global provider is looked up at each call and never kept. */
  setTracerProvider(provider: TracerProvider): void {
    note({ what: 'provider', provider });
    this.#engine.providers.traces.use(provider);
  }

  setMeterProvider(provider: MeterProvider): void {
    this.#engine.providers.metrics.use(provider);
  }

  setLoggerProvider(provider: LoggerProvider): void {
    this.#engine.providers.logs.use(provider);
  }

  /** The options as given. */
  getConfig(): EventSourceInstrumentationConfig {
    return this.#config;
  }

  /**
   * Replaces the options. `enabled`, where it is given, switches as `enable` and `disable` do. Families, switches and options of
   * libraries hold at once; module names and the capture of tenant and actor for what is woven from then on.
   */
  setConfig(config: EventSourceInstrumentationConfig): void {
    this.#config = config ?? {};
    this.#resolved = resolved(config);
    if (!this.#resolved.enabled) this.disable();
    else if (this.#isOn || this.#config.enabled === true) this.enable();
  }
}

function resolved(config: EventSourceInstrumentationConfig): ResolvedConfig {
  const ofOption = checkedLibraries('option tables', config?.tables, warnOnce);
  return resolveConfig(config, process.env, warnOnce, [...ofOption, ...tablesOf(process.env, warnOnce)]);
}
