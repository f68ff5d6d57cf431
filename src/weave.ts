// SPDX-License-Identifier: Apache-2.0
// Weaving by hand, for modules that no loader hook sees: bundles, test runners with a module registry of their own. Nothing of
// this looks for files, so it can be bundled itself.
import { noteWeavingByHand } from './by-hand.js';
import { type EventSourceInstrumentationConfig, resolveConfig } from './config.js';
import { engineOfProcess } from './engine.js';
import { allLibraries } from './libraries/all.js';
import { library as eventsource } from './libraries/eventsource/index.js';
import { fittingLibrary } from './libraries/fitting.js';
import type { Library } from './libraries/library.js';
import { readableOptions } from './readable-options.js';
import { show } from './settings.js';
import { checkedLibraries } from './tables/libraries.js';
import { warnOnce } from './warn.js';
import type { WeaveReport } from './weaving/classes.js';
import { viewOf } from './weaving/views.js';

const BY_HAND = 'module given by hand';
const ALL = 'module.exports';

/**
 * Weaves a module by hand, as far as that goes in place: classes. What a module exports as a function must be replaced, and often
 * cannot be; {@link woven} gives it.
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
  configure(config);
  return engineOfProcess().weave(fittingLibrary(exports, inUse()) ?? eventsource, exports, BY_HAND);
}

/**
 * Weaves a module by hand and gives its exports as they are to be used: where functions and classes can be replaced in no other
 * way, in a bundle. Methods of classes are woven in place, so those are traced for whoever has them. Whatever the application takes
 * from the result is traced; what the library itself holds is not replaced.
 *
 * @param exports the module's namespace or `exports` object
 * @param of the library it is of, by its key or as a table of one's own; default: the one whose tables find most in it
 * @returns an object with the same keys, or `exports` itself where nothing of it had to be replaced
 *
 * @example
 * ```ts
 * import { woven } from 'opentelemetry-instrumentation-eventsource';
 *
 * const { CommandHandler, getInMemoryEventStore } = woven(await import('@event-driven-io/emmett'));
 * ```
 */
export function woven<T extends object>(exports: T, of?: string | Library): T {
  try {
    configure(undefined);
    const library = of === undefined ? fittingLibrary(exports, inUse()) : libraryOf(of);
    if (library === undefined) return exports;
    return exportsToUse(library, exports) as T;
  } catch (error) {
    // A proxy with traps that throw; no module at all.
    warnOnce(`woven: exports that cannot be looked at are given as they are`, error);
    return exports;
  }
}

function configure(config: EventSourceInstrumentationConfig | undefined): void {
  noteWeavingByHand();
  const engine = engineOfProcess();
  if (config === undefined && engine.configured) return;
  const options = readableOptions(config ?? {}, warnOnce);
  const tables = [...checkedLibraries('option tables', options.tables, warnOnce), ...engine.tables];
  const resolved = resolveConfig(options, process.env, warnOnce, tables);
  if (resolved.enabled) engine.enable(resolved);
  else engine.introduce(resolved);
}

function inUse(): readonly Library[] {
  return [...engineOfProcess().tables, ...allLibraries];
}

function libraryOf(of: string | Library): Library | undefined {
  if (typeof of !== 'string') return checkedLibraries('woven', of, warnOnce)[0];
  const library = inUse().find(({ key }) => key === of);
  const keys = inUse().map(({ key }) => key);
  if (library === undefined) warnOnce(`woven: ${show(of)} is the key of no library; accepted: ${keys.join(', ')}.`);
  return library;
}

/** @param inside whether what stands in the default export, all exports of a CommonJS module, is to be used as well */
function exportsToUse(library: Library, exports: object, inside = true): object {
  const replaced = new Map<string, unknown>();
  engineOfProcess().weave(library, exports, BY_HAND, (name, value) => {
    // What else a function has can only be replaced where it is.
    if (typeof exports === 'function' && name !== 'default') return Reflect.set(exports, name, value);
    replaced.set(name, value);
    return true;
  });
  if (typeof exports === 'function') return (replaced.get('default') as object | undefined) ?? exports;
  const all = inside ? defaultOf(exports) : undefined;
  const allToUse = all === undefined || all === exports ? all : exportsToUse(library, all, false);
  if (allToUse !== all) {
    replaced.set('default', allToUse);
    // Newer versions of Node give all exports of a CommonJS module under this name, too.
    if (Object.hasOwn(exports, ALL) && Reflect.get(exports, ALL) === all) replaced.set(ALL, allToUse);
  }
  if (replaced.size === 0) return exports;
  const view = viewOf(exports, replaced);
  if (all === exports) Object.defineProperty(view, 'default', { value: view });
  return view;
}

function defaultOf(exports: object): object | undefined {
  try {
    const all: unknown = Reflect.get(exports, 'default');
    return typeof all === 'object' && all !== null ? all : undefined;
  } catch {
    return undefined;
  }
}
