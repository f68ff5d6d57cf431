// SPDX-License-Identifier: Apache-2.0
// Weaving by hand, for modules that no loader hook sees: bundles, test runners with a module registry of their own. Nothing of
// this looks for files, so it can be bundled itself.
import { type EventSourceInstrumentationConfig, resolveConfig } from './config.js';
import { engineOfProcess } from './engine.js';
import { library } from './libraries/eventsource/index.js';
import { warnOnce } from './warn.js';
import type { WeaveReport } from './weaving/classes.js';

/**
 * Weaves a module of the target by hand.
 *
 * @param exports the module's namespace or `exports` object
 * @param config options; without them those in force hold
 * @returns what was matched and what was not
 *
 * @example
 * ```ts
 * import * as eventsource from 'eventsource';
 * import { weave } from 'opentelemetry-instrumentation-eventsource';
 *
 * weave(eventsource);
 * ```
 */
export function weave(exports: object, config?: EventSourceInstrumentationConfig): WeaveReport {
  const engine = engineOfProcess();
  if (config !== undefined || !engine.configured) {
    const resolved = resolveConfig(config ?? {}, process.env, warnOnce);
    if (resolved.enabled) engine.enable(resolved);
    else engine.introduce(resolved);
  }
  return engine.weave(library, exports, 'module given by hand');
}
