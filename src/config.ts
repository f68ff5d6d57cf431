// SPDX-License-Identifier: Apache-2.0
// Options and environment → one resolved, frozen configuration. A value that cannot be used is named once, with the values
// that can, and the default holds. So is a name that does not exist.
import { optInOfAll } from './conventions/in-force.js';
import type { SemconvOptIn } from './conventions/stability.js';
import { enabledByLists } from './enabled-lists.js';
import {
  type Family,
  familyNames as families,
  families as familyDefaults,
  type options as ofEventsource,
} from './libraries/eventsource/families.js';
import { catalogue, entryOf } from './libraries/index.js';
import type { Library } from './libraries/library.js';
import { type KnownLibrary, merged, readLibraries, type SettingsOfLibraries } from './library-options.js';
import { type LogLevels, resolveLevels } from './log-levels.js';
import type { LogSinkFormat } from './log-sink/index.js';
import { tellMisspeltOptions, tellMisspeltVariables } from './misspelt.js';
import { options as known, type Option, ofTopLevel, sdkOptions } from './options.js';
import { readableOptions } from './readable-options.js';
import { redactionOf } from './redaction.js';
import {
  type Complain,
  type Environment,
  firstUsable,
  PREFIX,
  type Reading,
  type Source,
  show,
  variable,
} from './settings.js';
import { type SpanEndInfo, type SpanHook, type SpanStartInfo, spanHookOf } from './span-hooks.js';
import type { Redact } from './weaving/failure.js';
import { type FamilyMode, familyModes } from './weaving/runtime-settings.js';

export type { SemconvOptIn } from './conventions/stability.js';
export type { Family } from './libraries/eventsource/families.js';
export { familyNames as families } from './libraries/eventsource/families.js';
export type { LibraryConfig } from './library-options.js';
export type { LogLevel } from './log-levels.js';
export type { LogSinkFormat } from './log-sink/index.js';
export type { EventSourceInstrumentationConfig } from './options.js';
export type { Complain, Environment } from './settings.js';
export type { SpanEndInfo, SpanStartInfo } from './span-hooks.js';
export type { ExceptionText } from './weaving/failure.js';

export interface ResolvedConfig {
  readonly enabled: boolean;
  readonly moduleNames: readonly string[];
  readonly families: Readonly<Record<Family, FamilyMode>>;
  /** By key, what is said of each library; for one of which nobody has said anything, nothing. */
  readonly libraries: SettingsOfLibraries;
  /** Libraries beside those of the catalogue, checked. */
  readonly tables: readonly Library[];
  readonly inMemoryPublishSpan: boolean;
  readonly requireParentSpan: boolean;
  readonly captureTenant: boolean;
  readonly captureActor: boolean;
  readonly cardinalityLimit: number;
  readonly logLevels: LogLevels;
  readonly logSink: LogSinkFormat;
  readonly redactException: Redact | undefined;
  readonly spanStartHook: SpanHook<SpanStartInfo> | undefined;
  readonly spanEndHook: SpanHook<SpanEndInfo> | undefined;
  readonly queryStores: boolean;
  readonly stalledAfterMillis: number;
  readonly semconvStabilityOptIn: readonly SemconvOptIn[];
}

/** As a message names it. */
export const LOG_LEVEL = variableOf(known.logLevel);

/** Options that are a single value. */
type Single = {
  [K in keyof typeof known]: (typeof known)[K] extends { reading: unknown } ? K : never;
}[keyof typeof known];

/** What a reading gives. */
type Read<O> = O extends { readonly reading: Reading<infer T> } ? T : never;

/**
 * Options outrank the environment, the environment outranks the defaults.
 *
 * @param given options, or whatever an application in JavaScript passes in their place
 * @param tables libraries beside those of the catalogue, checked
 */
export function resolveConfig(
  given: unknown,
  env: Environment,
  complain: Complain,
  tables: readonly Library[] = [],
): ResolvedConfig {
  const options = readableOptions(given, complain);
  tellMisspeltOptions(options, complain);
  tellMisspeltVariables(env, complain);
  const read = <K extends Single>(name: K, otherwise?: Read<(typeof known)[K]>): Read<(typeof known)[K]> => {
    const option = known[name];
    const sources = [{ name: `option ${name}`, value: options[name] }, fromEnvironment(env, option)];
    const { reading, fallback } = option as unknown as {
      reading: Reading<Read<typeof option>>;
      fallback: Read<typeof option>;
    };
    return firstUsable(sources, reading, otherwise ?? fallback, complain);
  };

  const moduleNames = read('moduleNames');
  const [familiesInEnv, familiesInCode] = [
    readFamilies(variableOf(known.families), splitPairs(textOfVariable(env, known.families)), complain),
    readFamilies('option families', options.families, complain),
  ];
  const ownOptions = {
    inMemoryPublishSpan: read('inMemoryPublishSpan'),
    queryStores: read('queryStores'),
    stalledAfterMillis: read('stalledAfterMillis'),
  } satisfies Readonly<Record<keyof typeof ofEventsource, unknown>>;
  const libraries: readonly KnownLibrary[] = [...catalogue, ...tables.map(entryOf)];
  const { key } = ofTopLevel;
  const settings = merged(
    { [key]: { moduleNames, families: familiesInEnv } },
    readLibraries(variableOf(known.libraries), textOfVariable(env, known.libraries), libraries, complain),
    {
      [key]: {
        moduleNames: options.moduleNames === undefined ? undefined : moduleNames,
        families: familiesInCode,
        options: pick(ownOptions, (name) => options[name] !== undefined),
      },
    },
    readLibraries('option libraries', options.libraries, libraries, complain),
  );

  return Object.freeze({
    enabled: read('enabled', enabledByLists(env)),
    moduleNames: Object.freeze(moduleNames),
    families: Object.freeze({ ...familyDefaults, ...familiesInEnv, ...familiesInCode }),
    libraries: Object.freeze(settings),
    tables,
    ...ownOptions,
    requireParentSpan: read('requireParentSpan'),
    captureTenant: read('captureTenant'),
    captureActor: read('captureActor'),
    cardinalityLimit: read('cardinalityLimit'),
    logLevels: resolveLevels(options.logLevel, env, LOG_LEVEL, complain),
    logSink: read('logSink'),
    redactException: redactionOf(options.redactException, complain),
    spanStartHook: spanHookOf('spanStartHook', options.spanStartHook, complain),
    spanEndHook: spanHookOf('spanEndHook', options.spanEndHook, complain),
    semconvStabilityOptIn: Object.freeze(read('semconvStabilityOptIn', optInOfAll(env))),
  });
}

/** What only the environment says: about the SDK that the preload may start. */
export interface SdkOptions {
  /** Asked for, forbidden, or left to the variables of OpenTelemetry. */
  readonly sdk: boolean | undefined;
  /** How long the end of the process may wait for the last export. */
  readonly flushTimeoutMillis: number;
}

export function resolveSdkOptions(env: Environment, complain: Complain): SdkOptions {
  const { sdk, flushTimeoutMillis } = sdkOptions;
  const goingBy = () => 'Going by the OTEL_* variables.';
  return {
    sdk: firstUsable<boolean | undefined>([fromEnvironment(env, sdk)], sdk.reading, sdk.fallback, complain, goingBy),
    flushTimeoutMillis: firstUsable(
      [fromEnvironment(env, flushTimeoutMillis)],
      flushTimeoutMillis.reading,
      flushTimeoutMillis.fallback,
      complain,
    ),
  };
}

function pick<T extends object>(from: T, isWanted: (name: keyof T) => boolean): Partial<T> {
  const names = Object.keys(from) as (keyof T)[];
  return Object.fromEntries(names.filter(isWanted).map((name) => [name, from[name]])) as Partial<T>;
}

/** An option that the environment has. */
type InEnvironment = Option & { readonly variable: string };

function variableOf(option: InEnvironment): string {
  return PREFIX + option.variable;
}

function textOfVariable(env: Environment, option: InEnvironment): string | undefined {
  return variable(env, variableOf(option));
}

function fromEnvironment(env: Environment, option: InEnvironment): Source {
  return { name: variableOf(option), value: textOfVariable(env, option) };
}

function readFamilies(name: string, given: unknown, complain: Complain): Partial<Record<Family, FamilyMode>> {
  if (given === undefined) return {};
  const accepted = `accepted: ${families.join(', ')}, each with ${familyModes.join(', ')}`;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    complain(`${name}: ${show(given)} is not usable; ${accepted}. It is left out.`);
    return {};
  }
  const pairs = Object.entries(given).filter(([, mode]) => mode !== undefined);
  const unusable = pairs
    .filter((pair) => !isFamilyMode(pair))
    .map(([family, mode]) => show(`${family}=${textOf(mode)}`));
  if (unusable.length > 0) complain(`${name}: ${unusable.join(', ')} is not usable; ${accepted}. It is left out.`);
  return Object.fromEntries(pairs.filter(isFamilyMode));
}

function isFamilyMode(pair: [string, unknown]): pair is [Family, FamilyMode] {
  return (families as readonly string[]).includes(pair[0]) && (familyModes as readonly unknown[]).includes(pair[1]);
}

function splitPairs(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(',').map((pair) => {
    const [family = '', ...mode] = pair.split('=').map((part) => part.trim());
    return [family, mode.join('=')];
  });
  return Object.fromEntries(pairs);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : show(value);
}
