// SPDX-License-Identifier: Apache-2.0
// The instrumentation as OpenTelemetry knows it. It implements the interface instead of extending `InstrumentationBase`:
// constructing one of those in a preload switches off other people's instrumentations (craft §10.1).
import { isDeepStrictEqual } from 'node:util';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type EventSourceInstrumentationConfig, type ResolvedConfig, resolveConfig } from './config.js';
import { watchPackages } from './doors/index.js';
import { engineWith, weaveTarget } from './engine.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from './version.js';
import { warnOnce } from './warn.js';
import type { Runtime } from './weaving/runtime.js';
import type { Undo } from './weaving/slots.js';

/**
 * OpenTelemetry instrumentation of the `eventsource` library. Constructing it weaves: every module of the target that the
 * process loads from then on, or has loaded through `require` before.
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
  readonly #engine: Runtime;
  #config: EventSourceInstrumentationConfig;
  #resolved: ResolvedConfig;
  #closeDoors: Undo | undefined;

  /** A malformed option or variable is named in one warning; its default holds. Never throws for one. */
  constructor(config: EventSourceInstrumentationConfig = {}) {
    this.#config = config ?? {};
    this.#resolved = resolveConfig(config, process.env, warnOnce);
    this.#engine = engineWith(this.#resolved);
    if (this.#resolved.enabled) this.enable();
  }

  /** Starts to weave; after `disable`, switches what is woven on again. Does nothing where the environment says off. */
  enable(): void {
    // Whoever registers instrumentations enables them, even those that are off on purpose.
    if (!this.#resolved.enabled && this.#config.enabled === undefined) return;
    this.#engine.enabled = true;
    this.#closeDoors ??= this.#openDoors();
  }

  /** Switches what is woven off: calls run bare. Nothing is unwoven, others may have wrapped ours (craft P23). */
  disable(): void {
    this.#engine.enabled = false;
  }

  /** The provider that records; the global provider is looked up at each call and never kept. */
  setTracerProvider(provider: TracerProvider): void {
    this.#engine.useTracerProvider(provider);
  }

  setMeterProvider(provider: MeterProvider): void {
    this.#engine.useMeterProvider(provider);
  }

  /** The options as given. */
  getConfig(): EventSourceInstrumentationConfig {
    return this.#config;
  }

  /**
   * Replaces the options. Families and switches hold at once; module names and the capture of tenant and actor for what is
   * woven from then on.
   */
  setConfig(config: EventSourceInstrumentationConfig): void {
    const before = this.#resolved.moduleNames;
    this.#config = config ?? {};
    this.#resolved = resolveConfig(config, process.env, warnOnce);
    engineWith(this.#resolved);
    if (this.#closeDoors === undefined || isDeepStrictEqual(before, this.#resolved.moduleNames)) return;
    this.#closeDoors();
    this.#closeDoors = this.#openDoors();
  }

  #openDoors(): Undo {
    const packages = this.#resolved.moduleNames.map((name) => ({ name, subPaths: ['./stores', './bus'] }));
    return watchPackages(packages, ({ exports, url }) => {
      weaveTarget(this.#engine, exports, url);
    });
  }
}
