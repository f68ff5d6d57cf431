// SPDX-License-Identifier: Apache-2.0
// What is configured of single libraries: as an object in code, as `library.word=value` in the environment. Each setting is read
// by itself, so that one that cannot be used costs nothing but itself, and is named with those that can.
import type { LibraryEntry } from './libraries/index.js';
import { type Complain, count, flag, oneOf, packageNames, type Reading, show } from './settings.js';
import { type FamilyMode, familyModes } from './weaving/runtime-settings.js';

/** What may be configured of a library; everything of it as a `library.word=value` in the environment as well. */
export interface LibraryConfig {
  /** False: nothing of it is traced. Where that is so from the start, its modules are not even looked at. @default true */
  readonly enabled?: boolean | undefined;
  /** Names that its packages go by. @default those that the library has */
  readonly moduleNames?: readonly string[] | undefined;
  /** `on` and `off` overrule what `auto` leaves to each object. */
  readonly families?: Readonly<Record<string, FamilyMode | undefined>> | undefined;
  /** Options of its own. */
  readonly [option: string]: unknown;
}

/** What is said of one library; whatever nobody has said is missing. */
export interface LibrarySettings {
  readonly enabled?: boolean | undefined;
  readonly moduleNames?: readonly string[] | undefined;
  readonly families?: Readonly<Record<string, FamilyMode>> | undefined;
  readonly options?: Readonly<Record<string, boolean | number>> | undefined;
}

/** By key of a library. */
export type SettingsOfLibraries = Readonly<Record<string, LibrarySettings>>;

/** What is known of a library before its tables are loaded. */
export type KnownLibrary = Pick<LibraryEntry, 'key' | 'families' | 'options'>;

/** One setting as it was given: where it stands, such as `emmett`, `families`, `stores`, and its value. */
interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
}

const words = ['enabled', 'moduleNames', 'families'] as const;
const mode = oneOf(familyModes);
const readingOf = { boolean: flag, number: count } as const;

/** @param source how a complaint names what was given: an option or a variable */
export function readLibraries(
  source: string,
  given: unknown,
  known: readonly KnownLibrary[],
  complain: Complain,
): SettingsOfLibraries {
  if (given === undefined) return {};
  const settings = typeof given === 'string' ? settingsIn(given) : settingsOf(given);
  if (settings === undefined) {
    const accepted = `an object of libraries, each false, true or an object: ${keysOf(known)}`;
    complain(`${source}: ${show(given)} is not usable; accepted: ${accepted}. It is left out.`);
    return {};
  }
  return settings.reduce<SettingsOfLibraries>((read, setting) => {
    const one = readSetting(setting, known);
    if (typeof one !== 'string') return merged(read, one);
    complain(`${source}: ${one}. It is left out.`);
    return read;
  }, {});
}

/** What later layers say outranks what earlier ones say, setting by setting. */
export function merged(...layers: readonly SettingsOfLibraries[]): SettingsOfLibraries {
  const libraries = new Map<string, LibrarySettings>();
  for (const [key, { enabled, moduleNames, families, options }] of layers.flatMap((layer) => Object.entries(layer))) {
    const before = libraries.get(key);
    libraries.set(key, {
      enabled: enabled ?? before?.enabled,
      moduleNames: moduleNames ?? before?.moduleNames,
      families: { ...before?.families, ...families },
      options: { ...before?.options, ...options },
    });
  }
  return Object.fromEntries(libraries);
}

/** The setting, or what is wrong with it. */
function readSetting(setting: Setting, known: readonly KnownLibrary[]): SettingsOfLibraries | string {
  const [key = '', word = '', family, ...rest] = setting.path;
  const library = known.find((each) => each.key === key);
  if (library === undefined) return `${show(key)} is the key of no library; accepted: ${keysOf(known)}`;
  if (word === 'families' && family !== undefined) {
    if (rest.length > 0 || !library.families.includes(family)) {
      return `${show(setting.path.join('.'))} is no family of ${key}; accepted: ${library.families.join(', ')}`;
    }
    return read(setting, mode, (value) => ({ [key]: { families: { [family]: value } } }));
  }
  if (word === 'families') return notUsable(setting, `an object of ${library.families.join(', ')}`);
  if (family === undefined) {
    if (word === 'enabled') return read(setting, flag, (enabled) => ({ [key]: { enabled } }));
    if (word === 'moduleNames') return read(setting, namesBetweenSpaces, (moduleNames) => ({ [key]: { moduleNames } }));
    const option = library.options?.[word];
    if (option !== undefined && Object.hasOwn(library.options ?? {}, word)) {
      const reading: Reading<boolean | number> = readingOf[typeof option as keyof typeof readingOf];
      return read(setting, reading, (value) => ({ [key]: { options: { [word]: value } } }));
    }
  }
  const accepted = [...words, ...Object.keys(library.options ?? {})].join(', ');
  return `${show(setting.path.join('.'))} is no option of ${key}; accepted: ${accepted}`;
}

function read<T>(
  setting: Setting,
  reading: Reading<T>,
  as: (value: T) => SettingsOfLibraries,
): SettingsOfLibraries | string {
  const value = reading.read(setting.value);
  return value === undefined ? notUsable(setting, reading.accepted) : as(value);
}

function notUsable({ path, value }: Setting, accepted: string): string {
  const where = path.at(-1) === 'enabled' ? path.slice(0, -1) : path;
  return `${show(`${where.join('.')}=${typeof value === 'string' ? value : show(value)}`)} is not usable; accepted: ${accepted}`;
}

/** In text, commas stand between the settings. */
const namesBetweenSpaces: Reading<readonly string[]> = {
  accepted: 'a list of package names (in the environment separated by spaces)',
  read: (value) => packageNames.read(typeof value === 'string' ? value.trim().split(/\s+/) : value),
};

/** `emmett=false,castore.families.stores=off`. */
function settingsIn(text: string): Setting[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [name = '', ...value] = part.split('=').map((each) => each.trim());
      const path = name.split('.');
      return { path: path.length === 1 ? [name, 'enabled'] : path, value: value.join('=') };
    });
}

function settingsOf(given: unknown): Setting[] | undefined {
  try {
    return entriesOf(given)?.flatMap(([key, library]) => {
      const inside = entriesOf(library);
      if (inside === undefined) return [{ path: [key, 'enabled'], value: library }];
      return inside.flatMap(([word, value]) => {
        const families = word === 'families' ? entriesOf(value) : undefined;
        if (families === undefined) return [{ path: [key, word], value }];
        return families.map(([family, each]) => ({ path: [key, word, family], value: each }));
      });
    });
  } catch {
    return undefined;
  }
}

/** Of an object that is no list; what is `undefined` is not given. */
function entriesOf(given: unknown): [string, unknown][] | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  return Object.entries(given).filter(([, value]) => value !== undefined);
}

function keysOf(known: readonly KnownLibrary[]): string {
  return known.map(({ key }) => key).join(', ');
}
