// SPDX-License-Identifier: Apache-2.0
// The door for modules that no loader hook sees: bundles, test runners with a module registry of their own (craft P8, §10.18).
import { type EventSourceInstrumentationConfig, resolveConfig } from '../config.js';
import { currentEngine, engineWith, weaveTarget } from '../engine.js';
import { warnOnce } from '../warn.js';
import type { WeaveReport } from '../weaving/weaver.js';

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
  const known = currentEngine();
  if (known !== undefined && config === undefined) return weaveTarget(known, exports, 'module given by hand');
  const resolved = resolveConfig(config ?? {}, process.env, warnOnce);
  const engine = engineWith(resolved);
  engine.enabled = resolved.enabled;
  return weaveTarget(engine, exports, 'module given by hand');
}
