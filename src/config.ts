// SPDX-License-Identifier: Apache-2.0
// Options and environment → one resolved, frozen configuration. A value that cannot be used is named once, with the values
// that can, and the default holds.
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  options as defaults,
  type Family,
  familyNames as families,
  families as familyDefaults,
} from './libraries/eventsource/families.js';
import { catalogue, entryOf, type LibraryEntry } from './libraries/index.js';
import type { Library } from './libraries/library.js';
import {
  type KnownLibrary,
  type LibraryConfig,
  merged,
  readLibraries,
  type SettingsOfLibraries,
} from './library-options.js';
import { type LogLevel, type LogLevels, resolveLevels } from './log-levels.js';
import { type LogSinkFormat, logSinkFormats } from './log-sink/index.js';
import { redactionOf } from './redaction.js';
import {
  type Complain,
  count,
  duration,
  type Environment,
  firstUsable,
  flag,
  milliseconds,
  oneOf,
  packageNames,
  type Reading,
  type Source,
  show,
  variable,
} from './settings.js';
import type { ExceptionText, Redact } from './weaving/failure.js';
import { type FamilyMode, familyModes } from './weaving/runtime-settings.js';

export type { Family } from './libraries/eventsource/families.js';
export { familyNames as families } from './libraries/eventsource/families.js';
export type { LibraryConfig } from './library-options.js';
export type { LogLevel } from './log-levels.js';
export type { LogSinkFormat } from './log-sink/index.js';
export type { Complain, Environment } from './settings.js';
export type { ExceptionText } from './weaving/failure.js';

/** Options of the instrumentation; plain JSON, but for the one that is a function. */
export interface EventSourceInstrumentationConfig extends InstrumentationConfig {
  /**
   * Packages that are the target, by name. A module is woven only if its shape is the target's, whatever its name.
   * @default ['eventsource', 'eventsource-ts']
   */
  readonly moduleNames?: readonly string[] | undefined;
  /**
   * `auto` follows each object's `enableTracing`; `on` and `off` overrule it.
   * @default 'auto' for every family (projections are then off unless an object says otherwise)
   */
  readonly families?: Readonly<Partial<Record<Family, FamilyMode>>> | undefined;
  /**
   * By key of a library: `false` switches it off as a whole, an object says more. A family or option of `eventsource` that stands
   * here outranks the same one beside it. What does not exist is named once, with what does.
   *
   * @example
   * ```ts
   * new EventSourceInstrumentation({ libraries: { emmett: false, 'nestjs-cqrs': { families: { sagas: 'off' } } } });
   * ```
   */
  readonly libraries?: Readonly<Record<string, boolean | LibraryConfig | undefined>> | undefined;
  /**
   * Libraries of one's own, by their tables; see `opentelemetry-instrumentation-eventsource/tables`. They stay for the life of the
   * process. A mistake in one is named with its place, and costs its row only.
   * @experimental
   */
  readonly tables?: Library | readonly Library[] | undefined;
  /**
   * One more span, `eventsource.event_bus.publish`, above the dispatch spans of the in-memory bus.
   * @default false
   */
  readonly inMemoryPublishSpan?: boolean | undefined;
  /** Sets `eventsource.tenant.id` where events carry it. @default true */
  readonly captureTenant?: boolean | undefined;
  /** Sets `eventsource.actor.id` where events carry it. @default true */
  readonly captureActor?: boolean | undefined;
  /**
   * How many values an attribute of one instrument may have. All further ones are counted together as `__overflow__`, and one
   * warning says so.
   * @default 200
   */
  readonly cardinalityLimit?: number | undefined;
  /**
   * The lowest severity of the log records that are written: for all loggers, or by logger, for it and all below it. A text as in
   * the environment, `'info,eventsource.bus=debug'`, or the same as an object, `{ default: 'info', 'eventsource.bus': 'debug' }`.
   * @default 'info'
   */
  readonly logLevel?: string | Readonly<Record<string, LogLevel>> | undefined;
  /**
   * Log records on stderr as well, a line each; with or without a logger provider. A stderr that fails ends it, and where it is
   * read too slowly, records are left out and counted.
   * @default 'none'
   */
  readonly logSink?: LogSinkFormat | undefined;
  /**
   * Takes out of exceptions what telemetry must not say: data of events, statements of SQL. Applied to log records, exception events and
   * status messages of spans, also those of the application's own components. It gets messages and stacks up to 65,536 characters. Where it
   * throws, or gives something else, message and stack are left out, and one warning says so.
   *
   * @example
   * ```ts
   * new EventSourceInstrumentation({ redactException: ({ type }) => ({ type, message: 'redacted' }) });
   * ```
   */
  readonly redactException?: ((exception: ExceptionText) => ExceptionText) | undefined;
  /**
   * Whether gauges may ask event stores and outboxes, a few cheap queries for each at each collection of for the lag
   * of subscriptions also behind events that this process has not heard of, and for what waits in an outbox.
   * @default true
   */
  readonly queryStores?: boolean | undefined;
  /** Milliseconds without progress from which on a subscription that has something to do is called stalled. @default 60000 */
  readonly stalledAfterMillis?: number | undefined;
}

export interface ResolvedConfig {
  readonly enabled: boolean;
  readonly moduleNames: readonly string[];
  readonly families: Readonly<Record<Family, FamilyMode>>;
  /** By key, what is said of each library; for one of which nobody has said anything, nothing. */
  readonly libraries: SettingsOfLibraries;
  /** Libraries beside those of the catalogue, checked. */
  readonly tables: readonly Library[];
  readonly inMemoryPublishSpan: boolean;
  readonly captureTenant: boolean;
  readonly captureActor: boolean;
  readonly cardinalityLimit: number;
  readonly logLevels: LogLevels;
  readonly logSink: LogSinkFormat;
  readonly redactException: Redact | undefined;
  readonly queryStores: boolean;
  readonly stalledAfterMillis: number;
  /** As the variable of OpenTelemetry says it. */
  readonly semconvOptIn: string | undefined;
}

const PREFIX = 'OTEL_INSTRUMENTATION_EVENTSOURCE_';
export const LOG_LEVEL = `${PREFIX}LOG_LEVEL`;
const LIBRARIES = `${PREFIX}LIBRARIES`;

/** That whose options stand beside those of all. */
const ofTopLevel = catalogue.find((entry) => 'topLevel' in entry) as LibraryEntry;

/**
 * Options outrank the environment, the environment outranks the defaults.
 *
 * @param tables libraries beside those of the catalogue, checked
 */
export function resolveConfig(
  given: EventSourceInstrumentationConfig,
  env: Environment,
  complain: Complain,
  tables: readonly Library[] = [],
): ResolvedConfig {
  const options = readOptions(given, complain);
  const read = <T>(
    option: keyof EventSourceInstrumentationConfig,
    suffix: string,
    reading: Reading<T>,
    fallback: T,
  ): T => {
    const sources = [{ name: `option ${option}`, value: options[option] }, fromEnvironment(env, suffix)];
    return firstUsable(sources, reading, fallback, complain);
  };

  const moduleNames = read('moduleNames', 'MODULE_NAMES', packageNames, ofTopLevel.packages);
  const [familiesInEnv, familiesInCode] = [
    readFamilies(`${PREFIX}FAMILIES`, splitPairs(variable(env, `${PREFIX}FAMILIES`)), complain),
    readFamilies('option families', options.families, complain),
  ];
  const ownOptions = {
    inMemoryPublishSpan: read('inMemoryPublishSpan', 'IN_MEMORY_PUBLISH_SPAN', flag, defaults.inMemoryPublishSpan),
    queryStores: read('queryStores', 'QUERY_STORES', flag, defaults.queryStores),
    stalledAfterMillis: read('stalledAfterMillis', 'STALLED_AFTER', duration, defaults.stalledAfterMillis),
  };
  const known: readonly KnownLibrary[] = [...catalogue, ...tables.map(entryOf)];
  const { key } = ofTopLevel;
  const libraries = merged(
    { [key]: { moduleNames, families: familiesInEnv } },
    readLibraries(LIBRARIES, variable(env, LIBRARIES), known, complain),
    {
      [key]: {
        moduleNames: options.moduleNames === undefined ? undefined : moduleNames,
        families: familiesInCode,
        options: pick(ownOptions, (name) => options[name] !== undefined),
      },
    },
    readLibraries('option libraries', options.libraries, known, complain),
  );

  return Object.freeze({
    enabled: read('enabled', 'ENABLED', flag, true),
    moduleNames: Object.freeze(moduleNames),
    families: Object.freeze({ ...familyDefaults, ...familiesInEnv, ...familiesInCode }),
    libraries: Object.freeze(libraries),
    tables,
    ...ownOptions,
    captureTenant: read('captureTenant', 'CAPTURE_TENANT', flag, true),
    captureActor: read('captureActor', 'CAPTURE_ACTOR', flag, true),
    cardinalityLimit: read('cardinalityLimit', 'CARDINALITY_LIMIT', count, 200),
    logLevels: resolveLevels(options.logLevel, env, LOG_LEVEL, complain),
    logSink: read('logSink', 'LOG_SINK', oneOf(logSinkFormats), 'none'),
    redactException: redactionOf(options.redactException, complain),
    semconvOptIn: variable(env, 'OTEL_SEMCONV_STABILITY_OPT_IN'),
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
  const goingBy = () => 'Going by the OTEL_* variables.';
  return {
    sdk: firstUsable<boolean | undefined>([fromEnvironment(env, 'SDK')], flag, undefined, complain, goingBy),
    flushTimeoutMillis: firstUsable([fromEnvironment(env, 'FLUSH_TIMEOUT')], milliseconds, 2000, complain),
  };
}

function pick<T extends object>(from: T, isWanted: (name: keyof T) => boolean): Partial<T> {
  const names = Object.keys(from) as (keyof T)[];
  return Object.fromEntries(names.filter(isWanted).map((name) => [name, from[name]])) as Partial<T>;
}

function fromEnvironment(env: Environment, suffix: string): Source {
  return { name: PREFIX + suffix, value: variable(env, PREFIX + suffix) };
}

/** Applications in JavaScript pass what they like. */
function readOptions(given: unknown, complain: Complain): EventSourceInstrumentationConfig {
  if (typeof given === 'object' && given !== null) return given;
  complain(`options: ${show(given)} is not usable; accepted: an object. Using the defaults.`);
  return {};
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
