// SPDX-License-Identifier: Apache-2.0
// Tables that a variable names: files, relative to the working directory, or packages that the application has.
import nodeModule from 'node:module';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Library } from '../libraries/library.js';
import { options, PREFIX } from '../options.js';
import { ownRequire } from '../own-require.js';
import { type Complain, type Environment, variable } from '../settings.js';

/** Loaded where there are tables only: the preload of everybody else need not wait for it. */
type Check = typeof import('./libraries.js');

const TABLES = PREFIX + options.tables.variable;

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
    return librariesIn(specifier, await import(pathToFileURL(fileOf(specifier)).href), check, complain);
  } catch (error) {
    return notLoaded(specifier, error, complain);
  }
}

function notLoaded(specifier: string, error: unknown, complain: Complain): [] {
  complain(`${TABLES}: ${specifier} cannot be loaded: ${reasonOf(error)}${placeOf(error, specifier)}. It is left out.`);
  return [];
}

function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code === 'ERR_REQUIRE_ASYNC_MODULE') return 'it has a top-level await';
  return String(message ?? error).split('\n', 1)[0] ?? '';
}

/** Line and column in the file that was named, where the stack has them: ` (mine.mjs:3:12)`. */
function placeOf(error: unknown, specifier: string): string {
  const { stack } = (error ?? {}) as Partial<Error>;
  const places = String(stack ?? '').match(/[^\\/\s()]+:\d+(?::\d+)?(?=\)?$)/gm) ?? [];
  const place = places.find((each) => each.startsWith(`${basename(specifier)}:`));
  return place === undefined ? '' : ` (${place})`;
}

/** What starts like a path is one; anything else is a package, which the application's folder knows. */
function fileOf(specifier: string): string {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  if (isAbsolute(specifier) || /^\.{1,2}[\\/]/.test(specifier)) return resolve(specifier);
  return nodeModule.createRequire(join(process.cwd(), 'package.json')).resolve(specifier);
}

interface TableModule {
  readonly library?: unknown;
  readonly default?: TableModule | undefined;
  readonly aspects?: unknown;
}

/** `library`, else the default export, which of a CommonJS module is its `exports`. */
function librariesIn(specifier: string, module: TableModule, check: Check, complain: Complain): Library[] {
  const { library, default: ofDefault } = module;
  const given = library ?? ofDefault?.library ?? ofDefault ?? (isTable(module) ? module : undefined);
  if (given === undefined) {
    complain(`${TABLES}: ${specifier} exports neither library nor a default. It is left out.`);
    return [];
  }
  return check.checkedLibraries(specifier, given, complain);
}

/** All that a CommonJS module exports. */
function isTable(module: TableModule): boolean {
  return Array.isArray(module) || 'aspects' in module;
}
