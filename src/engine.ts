// SPDX-License-Identifier: Apache-2.0
// The only composition: a library and a module → woven. One engine for the process, since a method is woven once; a runtime for
// each library, with a scope and settings of its own; providers and the master switch are shared.
import { LOG_LEVEL, type ResolvedConfig } from './config.js';
import { useConventions } from './conventions/in-force.js';
import { sayAtDebug } from './debug.js';
import type { LoadedModule, WatchedPackage } from './doors/index.js';
import { note } from './ledger.js';
import { catalogue, entryOf, type LibraryEntry } from './libraries/index.js';
import type { Library } from './libraries/library.js';
import { modesOf, settingsFor } from './library-settings.js';
import { namesOfNoLogger } from './log-levels.js';
import { ownRequire } from './own-require.js';
import { useRedaction } from './redaction.js';
import { joinWaitingSdk } from './sdk/shared.js';
import { show } from './settings.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from './version.js';
import { warnOnce } from './warn.js';
import { assigningTo, type InUse, warnOfRefused, weaveModule } from './weave-module.js';
import type { Rebind } from './weaving/bindings.js';
import type { WeaveReport } from './weaving/classes.js';
import { diag } from './weaving/diag.js';
import { loggersOf } from './weaving/every-row.js';
import { createProviders, type Providers } from './weaving/providers.js';
import { createRuntime, type Runtime } from './weaving/runtime.js';
import type { Undo } from './weaving/slots.js';
import { ignoringErrors } from './weaving/telling.js';

/** How modules reach the engine: calls back for each module of the packages, until undone. */
export type Doors = (packages: readonly WatchedPackage[], onModule: (loaded: LoadedModule) => void) => Undo;

export interface Engine {
  readonly providers: Providers;
  /** Switches on, under this configuration: of all who share the engine, the last word holds. */
  enable(config: ResolvedConfig): void;
  /** Switches off. What is woven stays woven, since others may have wrapped it: calls run bare. */
  disable(): void;
  /** The configuration of somebody who is off: it holds only while nobody else has said anything. */
  introduce(config: ResolvedConfig): void;
  /** Whether anybody has said anything yet. */
  readonly configured: boolean;
  /** Weaves the modules of the libraries as they are loaded, for the life of the process; however often, the doors open once. */
  watch(doors: Doors): void;
  /** What the woven functions of a library ask; `undefined` until a module of it was seen. */
  runtimeOf(key: string): Runtime | undefined;
  /** Libraries that configurations have added. */
  readonly tables: readonly Library[];
  /**
   * Weaves what the tables of a library name among the exports of a module, whatever package it is of.
   *
   * @param rebind takes what must take the place of an export; default: assigns it
   */
  weave(library: Library, exports: object, name: string, rebind?: Rebind): WeaveReport;
}

let processEngine: Engine | undefined;

/** The one engine of the process. */
export function engineOfProcess(): Engine {
  if (processEngine === undefined) {
    processEngine = createEngine();
    processEngine.providers.wake = joinWaitingSdk();
  }
  return processEngine;
}

/** @param known libraries that are woven when their packages are loaded; those of a configuration are added to them */
export function createEngine(known: readonly LibraryEntry[] = catalogue): Engine {
  const libraries = [...known];
  const providers = createProviders();
  const inUse = new Map<string, InUse>();
  /** Keys of the libraries that cannot be woven, or that somebody else traces. */
  const off = new Set<string>();
  /** Those of configurations. */
  const own = new Set<Library>();
  const misspelt = new Set<string>();
  /** What was said of versions: a package has many modules. */
  const saidOfVersions = new Set<string>();
  let configured = false;
  let config: ResolvedConfig | undefined;
  let doors: Doors | undefined;
  let open: { readonly names: string; readonly close: Undo } | undefined;

  return {
    providers,
    get configured() {
      return configured;
    },
    enable(given) {
      configured = true;
      config = given;
      note({ what: 'configured', on: true, config });
      given.tables.forEach(add);
      useForComponents(given);
      providers.enabled = true;
      for (const { library } of inUse.values()) resetSettings(library);
      lookForLoggers();
      openDoors();
    },
    disable() {
      configured = true;
      providers.enabled = false;
    },
    introduce(given) {
      if (!configured) {
        config = given;
        note({ what: 'configured', on: false, config });
        given.tables.forEach(add);
        useForComponents(given);
      }
      configured = true;
    },
    watch(given) {
      doors ??= given;
      openDoors();
    },
    runtimeOf: (key) => inUse.get(key)?.runtime,
    get tables() {
      return [...own];
    },
    weave(library, exports, name, rebind = assigningTo(exports)) {
      const used = use(library);
      if (used.library !== library) warnOfKey(library);
      return weaveModule(used, { exports, url: name, version: undefined, rebind }, modesOf(library, config)).report;
    },
  };

  /** For the life of the process: what is woven stays so. */
  function add(library: Library): void {
    const known = libraries.find(({ key }) => key === library.key);
    if (known === undefined) libraries.push(entryOf(library));
    else if (!own.has(library)) warnOfKey(library);
    if (known === undefined) own.add(library);
  }

  function resetSettings(library: Library): void {
    const used = inUse.get(library.key);
    if (used !== undefined) used.runtime.settings = settingsFor(library, config, off.has(library.key));
  }

  /** Once, and anew when the names of the packages have changed. */
  function openDoors(): void {
    if (doors === undefined || !providers.enabled) return;
    const packages = libraries.filter(({ key }) => !isSwitchedOff(key)).flatMap(packagesOf);
    const names = packages.map(({ name }) => name).join();
    if (open?.names === names) return;
    open?.close();
    note({ what: 'watched', packages: packages.map(({ name }) => name) });
    open = { names, close: doors(packages, receive) };
  }

  function packagesOf(entry: LibraryEntry): WatchedPackage[] {
    const { packages, constants = [], subPaths, yieldsTo = [] } = entry;
    // A name that somebody gave says enough; our own may be that of another package.
    return [...namesOf(entry), ...yieldsTo].map((name) => ({
      name,
      constants: constants.includes(name),
      ...(subPaths !== undefined && packages.includes(name) ? { subPaths } : {}),
    }));
  }

  /** A library may go by other names, which is an option. */
  function namesOf({ key, packages }: LibraryEntry): readonly string[] {
    return config?.libraries[key]?.moduleNames ?? packages;
  }

  function isSwitchedOff(key: string): boolean {
    return config?.libraries[key]?.enabled === false;
  }

  function receive(loaded: LoadedModule): void {
    note({ what: 'received', url: loaded.url, package: loaded.package, version: loaded.version });
    for (const entry of libraries) {
      if (entry.yieldsTo?.includes(loaded.package) === true) switchOff(entry.key, `traced by ${loaded.package}`);
      if (off.has(entry.key) || isSwitchedOff(entry.key) || !namesOf(entry).includes(loaded.package)) continue;
      const used = loadAndUse(entry);
      if (used === undefined || !isKnownVersion(used.library, loaded, saidOfVersions)) continue;
      const { refused } = weaveModule(used, loaded, modesOf(used.library, config));
      if (refused.length > 0) warnOfRefused(loaded.url, refused);
    }
  }

  function switchOff(key: string, reason: string): void {
    if (off.has(key)) return;
    off.add(key);
    note({ what: 'library off', library: key, reason });
    sayAtDebug(`${key} is left alone: ${reason}`);
    const used = inUse.get(key);
    if (used !== undefined) resetSettings(used.library);
  }

  function loadAndUse(entry: LibraryEntry): InUse | undefined {
    const known = inUse.get(entry.key);
    if (known !== undefined) return known;
    try {
      return use(entry.load());
    } catch (fault) {
      switchOff(entry.key, 'its tables cannot be loaded');
      ignoringErrors(() => diag.error(`${PACKAGE_NAME}: ${entry.key}: its tables cannot be loaded`, fault));
      return undefined;
    }
  }

  function use(library: Library): InUse {
    const known = inUse.get(library.key);
    if (known !== undefined) return known;
    const scope = { name: library.scope ?? `${PACKAGE_NAME}/${library.key}`, version: PACKAGE_VERSION };
    const used = {
      library,
      runtime: createRuntime(providers, scope, settingsFor(library, config, off.has(library.key))),
    };
    inUse.set(library.key, used);
    lookForLoggers();
    return used;
  }

  /** A level of a logger that is misspelt would be missed by nobody. */
  function lookForLoggers(): void {
    const known = [...inUse.values()].flatMap(({ library }) => loggersOf(library.aspects));
    if (config === undefined || known.length === 0) return;
    const others = libraries.flatMap(({ key, loggers = [] }) => (inUse.has(key) ? [] : [loggers]));
    const named = [...known, ...others.flatMap((loggers) => (typeof loggers === 'string' ? [] : loggers))];
    const roots = others.filter((loggers) => typeof loggers === 'string');
    const unknown = namesOfNoLogger(config.logLevels, named, roots).filter((name) => !misspelt.has(name));
    if (unknown.length === 0) return;
    for (const name of unknown) misspelt.add(name);
    const which = `${LOG_LEVEL} (logLevel in code): ${unknown.map(show).join(', ')}`;
    warnOnce(`${which} is the name of no logger; accepted: default, ${known.join(', ')}, and the names above these.`);
  }
}

/** The application's own components ask no runtime. */
function useForComponents({ redactException, semconvStabilityOptIn }: ResolvedConfig): void {
  useRedaction(redactException);
  useConventions(semconvStabilityOptIn);
}

/** A package that goes by another name, as an option says, has the versions of any. */
function isKnownVersion(
  { key, packages }: Library,
  { package: name, version, url }: LoadedModule,
  said: Set<string>,
): boolean {
  const versions = packages.find((known) => known.name === name)?.versions;
  if (versions === undefined || version === undefined) return true;
  const satisfies: typeof import('semver/functions/satisfies.js') = ownRequire()('semver/functions/satisfies.js');
  if (satisfies(version, versions, { includePrerelease: true })) return true;
  const reason = `${name} ${version} is not of ${versions}, which the tables of ${key} are for`;
  note({ what: 'version', library: key, reason });
  if (!said.has(reason)) sayAtDebug(`${url}: ${reason}`);
  said.add(reason);
  return false;
}

function warnOfKey({ key }: Library): void {
  warnOnce(`${key}: another library has this key. Its tables are left out.`);
}
