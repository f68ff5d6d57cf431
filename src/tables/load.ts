// SPDX-License-Identifier: Apache-2.0
// Tables that a variable names: files, relative to the working directory, or packages that the application has.
import nodeModule from 'node:module';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Library } from '../libraries/library.js';
import { options } from '../options.js';
import { ownRequire } from '../own-require.js';
import { reasonOf, textIn } from '../reasons.js';
import { type Complain, type Environment, PREFIX, variable } from '../settings.js';

/** Loaded where there are tables only: the preload of everybody else need not wait for it. */
type Check = typeof import('./libraries.js');

const TABLES = PREFIX + options.tables.variable;

/** How long a table may take to load where it is imported; ms. */
const PATIENCE = 3000;

/** By what the variable says: they are loaded once, however many instances ask for them. */
const loaded = new Map<string, readonly Library[]>();

/** The libraries of the variable. What cannot be loaded, or has a mistake, is complained of and costs nothing else. */
export function tablesOf(env: Environment, complain: Complain): readonly Library[] {
  const text = variable(env, TABLES);
  if (text === undefined) return [];
  const known = loaded.get(text) ?? required(specifiersIn(text), complain);
  loaded.set(text, known);
  return known;
}

/** Loads them beforehand, for a Node that refuses to `require` ES modules. */
export async function importTablesOf(env: Environment, complain: Complain): Promise<void> {
  const text = variable(env, TABLES);
  if (text === undefined) return;
  const check = await import('./libraries.js');
  const libraries: Library[] = [];
  for (const specifier of specifiersIn(text)) libraries.push(...(await importedFrom(specifier, check, complain)));
  loaded.set(text, libraries);
}

function specifiersIn(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function required(specifiers: readonly string[], complain: Complain): Library[] {
  const check: Check = ownRequire()('./tables/libraries.js');
  return specifiers.flatMap((each) => requiredFrom(each, check, complain));
}

function requiredFrom(specifier: string, check: Check, complain: Complain): Library[] {
  try {
    return librariesIn(specifier, ownRequire()(fileOf(specifier)), check, complain);
  } catch (error) {
    return notLoaded(specifier, error, complain);
  }
}

async function importedFrom(specifier: string, check: Check, complain: Complain): Promise<Library[]> {
  try {
    return librariesIn(specifier, await inTime(import(pathToFileURL(fileOf(specifier)).href)), check, complain);
  } catch (error) {
    return notLoaded(specifier, error, complain);
  }
}

/** One that waits for ever must not keep the application from starting. */
async function inTime(loading: Promise<unknown>): Promise<unknown> {
  // Of the clock as it is: nobody has had a chance to stop it. It holds the process, which has nothing else to do.
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`its top-level await has not ended within ${PATIENCE / 1000} s`));
    timer = setTimeout(fail, PATIENCE);
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

function notLoaded(specifier: string, error: unknown, complain: Complain): [] {
  complain(`${TABLES}: ${specifier} cannot be loaded: ${whyNot(error)}${placeOf(error, specifier)}. It is left out.`);
  return [];
}

function whyNot(error: unknown): string {
  return textIn(error, 'code') === 'ERR_REQUIRE_ASYNC_MODULE' ? 'it has a top-level await' : reasonOf(error);
}

/** Line and column in the file that was named, where the stack has them: ` (mine.mjs:3:12)`. */
function placeOf(error: unknown, specifier: string): string {
  const places = textIn(error, 'stack')?.match(/[^\\/\s()]+:\d+(?::\d+)?(?=\)?$)/gm) ?? [];
  const place = places.find((each) => each.startsWith(`${basename(specifier)}:`));
  return place === undefined ? '' : ` (${place})`;
}

/** What starts like a path is one; anything else is a package, which the application's folder knows. */
function fileOf(specifier: string): string {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  if (isAbsolute(specifier) || /^\.{1,2}[\\/]/.test(specifier)) return resolve(specifier);
  return nodeModule.createRequire(join(process.cwd(), 'package.json')).resolve(specifier);
}

/** `library`, else the default export, which of a CommonJS module is its `exports`. */
function librariesIn(specifier: string, module: unknown, check: Check, complain: Complain): Library[] {
  const ofDefault = exportOf(module, 'default');
  const given =
    exportOf(module, 'library') ??
    exportOf(ofDefault, 'library') ??
    ofDefault ??
    (isTable(module) ? module : undefined);
  if (given === undefined || given === null || isEmpty(given)) {
    complain(`${TABLES}: ${specifier} exports neither library nor a default. It is left out.`);
    return [];
  }
  return check.checkedLibraries(specifier, given, complain);
}

function exportOf(module: unknown, name: string): unknown {
  return typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined;
}

/** All that a CommonJS module exports. */
function isTable(module: unknown): boolean {
  return Array.isArray(module) || (typeof module === 'object' && module !== null && 'aspects' in module);
}

/** What a CommonJS module exports that exports nothing, as a default. */
function isEmpty(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && Reflect.ownKeys(given).length === 0;
}
