// SPDX-License-Identifier: Apache-2.0
// The way back: a configuration → the options in code that give it.

import type { ResolvedConfig } from './config.js';
import { catalogue, entryOf, type LibraryEntry } from './libraries/index.js';
import type { LibraryConfig, LibrarySettings } from './library-options.js';
import { type EventSourceInstrumentationConfig, ofTopLevel } from './options.js';

/**
 * The options in effect: those given, those of the environment, and defaults. But for functions and tables they are plain JSON.
 *
 * @param given the options in code, which alone have functions and tables as somebody gave them
 * @param enabled whether the instrumentation is on now
 */
export function optionsInEffect(
  config: ResolvedConfig,
  given: EventSourceInstrumentationConfig,
  enabled: boolean,
): EventSourceInstrumentationConfig {
  const own: LibrarySettings = config.libraries[ofTopLevel.key] ?? {};
  const libraries: readonly LibraryEntry[] = [...catalogue, ...config.tables.map(entryOf)];
  const options = {
    enabled,
    moduleNames: own.moduleNames ?? config.moduleNames,
    families: { ...config.families, ...own.families },
    libraries: Object.fromEntries(
      libraries.map((entry) => [entry.key, libraryConfig(entry, config.libraries[entry.key])]),
    ),
    tables: given.tables,
    inMemoryPublishSpan: config.inMemoryPublishSpan,
    requireParentSpan: config.requireParentSpan,
    captureTenant: config.captureTenant,
    captureActor: config.captureActor,
    semconvStabilityOptIn: config.semconvStabilityOptIn,
    cardinalityLimit: config.cardinalityLimit,
    logLevel: config.logLevels,
    logSink: config.logSink,
    redactException: typeof given.redactException === 'function' ? given.redactException : config.redactException,
    spanStartHook: config.spanStartHook && given.spanStartHook,
    spanEndHook: config.spanEndHook && given.spanEndHook,
    queryStores: config.queryStores,
    stalledAfterMillis: config.stalledAfterMillis,
    ...own.options,
  } satisfies Record<keyof EventSourceInstrumentationConfig, unknown>;
  return withoutUndefined(options) as EventSourceInstrumentationConfig;
}

/** What is said beside those of all libraries is not said again: here it would outrank what somebody changes there. */
function libraryConfig({ key, options: defaults }: LibraryEntry, settings: LibrarySettings = {}): LibraryConfig {
  const { enabled = true, moduleNames, families = {}, options } = settings;
  if (key === ofTopLevel.key) return { enabled };
  const said = Object.keys(families).length === 0 ? undefined : families;
  return withoutUndefined({ enabled, moduleNames, families: said, ...defaults, ...options });
}

function withoutUndefined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}
