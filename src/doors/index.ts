// SPDX-License-Identifier: Apache-2.0
// How a loaded module reaches the engine. One set of doors a process, however many watch: each hook makes all loading slower.
import { sayAtDebug } from '../debug.js';
import thread from '../hooks-thread.cjs';
import { note } from '../ledger.js';
import { reasonOf } from '../reasons.js';
import node from '../supported-node.cjs';
import { warnOnce } from '../warn.js';
import { openExportDoor } from './export-door.js';
import { type ImportDoor, openImportDoor } from './import-door.js';
import { mainFile, warnIfLate } from './late.js';
import type { Told } from './load-hook.js';
import { type Match, type WatchedPackage, watchedPackageOf, withoutQuery } from './package-of.js';
import { assigning, type Rebind, throughModule } from './rebind.js';
import { openRequireDoor, seeLoaded } from './require-door.js';

export type { WatchedPackage } from './package-of.js';

/** A module of a watched package, evaluated. */
export interface LoadedModule {
  /**
   * What classes are read from: the `module.exports` of what was required (a namespace if that is an ES module), or an object with
   * an accessor for each binding that an imported file defines itself. Reading a key can throw while a cycle is loading.
   */
  readonly exports: object;
  /** The package, by the name in its package.json if that is watched, else by the name that it is watched under. */
  readonly package: string;
  /** In its package.json. */
  readonly version: string | undefined;
  readonly url: string;
  readonly door: 'require' | 'import';
  /**
   * Replaces an exported function or class for whoever uses it through the module from now on. False where it cannot: a constant,
   * a frozen exports object, a binding of another file.
   */
  readonly rebind: Rebind;
}

interface Watcher {
  readonly names: ReadonlySet<string>;
  readonly onModule: (loaded: LoadedModule) => void;
}

interface Seen {
  readonly watched: string;
  readonly loaded: LoadedModule;
}

const watchers = new Set<Watcher>();
const watched: WatchedPackage[] = [];
/** By door and path: a module that is loaded again and again takes its own place. */
const latest = new Map<string, Seen>();
const handedOver = new WeakSet<object>();
const leftAlone = new Set<string>();
let importDoor: ImportDoor | undefined;
let isOpen = false;
/** Whether the main file was loaded with the doors open. */
let mainSeen = false;
const lateChecks: (() => void)[] = [];

/**
 * Calls `onModule` once for every module of the packages that the process loads, or that it had loaded through `require` or past
 * an earlier watcher before; entry points and internal files alike. What `onModule` throws is reported and goes nowhere else.
 *
 * @returns stops the calls
 */
export function watchPackages(
  packages: readonly WatchedPackage[],
  onModule: (loaded: LoadedModule) => void,
): () => void {
  // No application runs there, and its own hooks are not to be hooked.
  if (thread.isHooksThread) return () => {};
  const unsupported = node.unsupportedNode(process.versions.node);
  if (unsupported !== undefined) {
    warnOnce(unsupported);
    return () => {};
  }
  const watcher: Watcher = { names: new Set(packages.map(({ name }) => name)), onModule };
  for (const seen of [...latest.values()]) tell(watcher, seen);
  watchers.add(watcher);
  const added = packages.filter((each) => !watched.some((known) => isEqual(known, each)));
  if (added.length > 0) openFor(added);
  return () => {
    watchers.delete(watcher);
  };
}

function openFor(packages: readonly WatchedPackage[]): void {
  watched.push(...packages);
  const constants = packages.filter((each) => each.constants).map(({ name }) => name);
  const main = mainFile();
  quietly('modules that are required', () => {
    if (!isOpen)
      openRequireDoor(isWatched, receiveModule, (filename) => {
        if (filename === main?.path) noteMain();
      });
    isOpen = true;
    seeLoaded(isWatched, receiveModule);
  });
  quietly('modules that are imported', () => {
    importDoor ??= openImportDoor(receiveImport, main?.url, hearOf);
    importDoor.watch(packages);
  });
  if (constants.length > 0) {
    quietly('exported constants', () => {
      openExportDoor(constants, (exports, url) => hand({ exports, url, door: 'import', rebind: assigning(exports) }));
    });
  }
  const cancel = warnIfLate({ isWatched, anySeen: () => latest.size > 0, mainSeen: isMainSeen, main });
  lateChecks.push(cancel);
}

function isMainSeen(): boolean {
  importDoor?.hear();
  return mainSeen;
}

function receiveImport(url: string, exports: object | 0, module?: NodeJS.Module): void {
  if (module !== undefined) receiveModule(url, module);
  else if (exports !== 0) hand({ exports, url, door: 'import', rebind: assigning(exports) });
}

function noteMain(): void {
  mainSeen = true;
  for (const cancel of lateChecks.splice(0)) cancel();
}

/** Whether a file is of a package that anybody watches. */
export function isWatched(url: string): boolean {
  return match(url) !== undefined;
}

/** Of all that was ever watched, those that anybody still watches. */
function match(url: string): Match | undefined {
  const found = watchedPackageOf(url, watched);
  if (found === undefined || ![...watchers].some(({ names }) => names.has(found.watched))) return undefined;
  if (!found.isAnother) return found;
  if (!leftAlone.has(found.folder)) {
    leftAlone.add(found.folder);
    note({ what: 'another', package: found.watched, folder: found.folder });
    sayAtDebug(`${found.folder}: another package of the name ${found.watched}, left alone`);
  }
  return undefined;
}

function hearOf({ url, why, reason }: Told): void {
  if (why === 'main') noteMain();
  // To match it says that it is another.
  else if (match(url) !== undefined && why === 'failed') warnOfFault(url, reason);
}

/** What goes wrong with one module goes wrong with many: one line for all. */
function warnOfFault(url: string, fault: unknown): void {
  const reason = reasonOf(fault).replace(/\S*[\\/]\S*|\d+/g, '…');
  warnOnce(`${url} is left as it is, nothing of it is traced`, fault, `a module is left as it is: ${reason}`);
}

function receiveModule(url: string, module: NodeJS.Module): boolean {
  const { exports } = module;
  if (!isObject(exports) || handedOver.has(module)) return false;
  handedOver.add(module);
  // An ES module that has handed its own bindings over needs no view of them.
  if (latest.get(`import ${withoutQuery(url)}`)?.loaded.url === url) return false;
  hand({ exports, url, door: 'require', rebind: throughModule(module) });
  return true;
}

function hand(module: Pick<LoadedModule, 'exports' | 'url' | 'door' | 'rebind'>): void {
  const found = match(module.url);
  if (found === undefined || handedOver.has(module.exports)) return;
  handedOver.add(module.exports);
  const seen = { watched: found.watched, loaded: { ...module, package: found.name, version: found.version } };
  latest.set(`${module.door} ${withoutQuery(module.url)}`, seen);
  for (const watcher of [...watchers]) tell(watcher, seen);
}

function tell({ names, onModule }: Watcher, { watched, loaded }: Seen): void {
  if (!names.has(watched)) return;
  try {
    onModule(loaded);
  } catch (error) {
    warnOfFault(loaded.url, error);
  }
}

function quietly(what: string, open: () => void): void {
  try {
    open();
  } catch (error) {
    warnOnce(`${what} are not traced`, error);
  }
}

function isEqual(one: WatchedPackage, other: WatchedPackage): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
