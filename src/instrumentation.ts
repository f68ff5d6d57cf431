// SPDX-License-Identifier: Apache-2.0
// The instrumentation as OpenTelemetry knows it. It implements the interface instead of extending `InstrumentationBase`:
// constructing one of those in a preload switches off other people's instrumentations (craft §10.1).
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type EventSourceInstrumentationConfig, resolveConfig } from './config.js';
import { openDoors } from './doors/index.js';
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
  #moduleNames: readonly string[];
  #closeDoors: Undo | undefined;

  /** A malformed option or variable is named in one warning; its default holds. Never throws for one. */
  constructor(config: EventSourceInstrumentationConfig = {}) {
    const resolved = resolveConfig(config, process.env, warnOnce);
    this.#config = config;
    this.#moduleNames = resolved.moduleNames;
    this.#engine = engineWith(resolved);
    if (resolved.enabled) this.enable();
  }

  /** Starts to weave; after `disable`, switches what is woven on again. */
  enable(): void {
    this.#engine.enabled = true;
    this.#closeDoors ??= openDoors(this.#moduleNames, ({ exports, name, url = name }) => {
      weaveTarget(this.#engine, exports, url);
    });
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
    const resolved = resolveConfig(config, process.env, warnOnce);
    this.#config = config;
    this.#moduleNames = resolved.moduleNames;
    engineWith(resolved);
  }
}
