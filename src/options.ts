// SPDX-License-Identifier: Apache-2.0
// Everything that can be configured: the options in code, and one list that says of each how it is called in the environment, what
// values it takes and what holds without one. The configuration is read by this list, the documents are written from it.
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import { type Family, families, familyNames, options as ofEventsource } from './libraries/eventsource/families.js';
import { catalogue, type LibraryEntry } from './libraries/index.js';
import type { Library } from './libraries/library.js';
import type { LibraryConfig } from './library-options.js';
import type { LogLevel } from './log-levels.js';
import { type LogSinkFormat, logSinkFormats } from './log-sink/index.js';
import { count, duration, flag, milliseconds, oneOf, packageNames, type Reading } from './settings.js';
import type { ExceptionText } from './weaving/failure.js';
import { type FamilyMode, familyModes } from './weaving/runtime-settings.js';

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

/** What is known of an option. */
export interface Option {
  /** Its variable, without the prefix. A function has none. */
  readonly variable?: string | undefined;
  /** How its value is read, where that is a single one. */
  readonly reading?: Reading<unknown> | undefined;
  /** What is accepted, in Markdown, where no reading says it. */
  readonly accepted?: string | undefined;
  /** What holds where nobody says anything. */
  readonly fallback: unknown;
  /** The same in words, where the value does not say it. */
  readonly otherwise?: string | undefined;
  /** What it does, in Markdown; links are relative to the folder `docs`. */
  readonly does: string;
}

export { PREFIX } from './settings.js';

/** The library whose families, options and names may stand beside those of all. */
export const ofTopLevel = catalogue.find((entry) => 'topLevel' in entry) as LibraryEntry;

export const options = {
  enabled: {
    variable: 'ENABLED',
    reading: flag,
    fallback: true,
    does: 'weaves',
  },
  moduleNames: {
    variable: 'MODULE_NAMES',
    reading: packageNames,
    fallback: ofTopLevel.packages,
    does: 'packages that are the target, by name',
  },
  families: {
    variable: 'FAMILIES',
    accepted: `${listed(familyNames)}, each ${listed(familyModes)}; in the environment \`projections=on,snapshots=off\``,
    fallback: families,
    otherwise: '`auto`',
    does: "what is switched together: `auto` follows each object's `enableTracing`, `on` and `off` overrule it",
  },
  libraries: {
    variable: 'LIBRARIES',
    accepted: 'an object of libraries; in the environment `emmett=false,nestjs-cqrs.families.sagas=off`',
    fallback: {},
    otherwise: 'all on',
    does: '[single libraries](#single-libraries), their families and options',
  },
  tables: {
    variable: 'TABLES',
    accepted: 'a library or a list of them; in the environment files or packages, separated by commas',
    fallback: [],
    otherwise: 'none',
    does: '[libraries of your own](own-library.md) (experimental)',
  },
  inMemoryPublishSpan: {
    variable: 'IN_MEMORY_PUBLISH_SPAN',
    reading: flag,
    fallback: ofEventsource.inMemoryPublishSpan,
    does: 'one more span, `eventsource.event_bus.publish`, above the dispatch spans of the in-memory bus',
  },
  captureTenant: {
    variable: 'CAPTURE_TENANT',
    reading: flag,
    fallback: true,
    does: 'sets `eventsource.tenant.id` where events carry it',
  },
  captureActor: {
    variable: 'CAPTURE_ACTOR',
    reading: flag,
    fallback: true,
    does: 'sets `eventsource.actor.id` where events carry it',
  },
  cardinalityLimit: {
    variable: 'CARDINALITY_LIMIT',
    reading: count,
    fallback: 200,
    does: 'how many values an attribute of an instrument may have; all others are counted together as `__overflow__`',
  },
  logLevel: {
    variable: 'LOG_LEVEL',
    accepted: "`info,eventsource.bus=debug`, or as an object `{ default: 'info', 'eventsource.bus': 'debug' }`",
    fallback: 'info',
    does: 'the lowest severity of [log records](logs.md) that is written, for all loggers or by logger',
  },
  logSink: {
    variable: 'LOG_SINK',
    reading: oneOf(logSinkFormats),
    fallback: 'none',
    does: 'log records on stderr as well, a line each',
  },
  redactException: {
    accepted: 'a function of `{ type, message, stacktrace }` that gives the same',
    fallback: undefined,
    otherwise: 'none',
    does: 'what spans and log records say of an exception',
  },
  queryStores: {
    variable: 'QUERY_STORES',
    reading: flag,
    fallback: ofEventsource.queryStores,
    does: '[gauges](metrics.md) may ask event stores and outboxes, at each collection of metrics',
  },
  stalledAfterMillis: {
    variable: 'STALLED_AFTER',
    reading: duration,
    fallback: ofEventsource.stalledAfterMillis,
    does: 'without progress for longer, a subscription with something to do is called stalled',
  },
} as const satisfies Readonly<Record<keyof EventSourceInstrumentationConfig, Option>>;

/** What only the environment says: about the SDK that the preload may start. */
export const sdkOptions = {
  sdk: {
    variable: 'SDK',
    reading: flag,
    fallback: undefined,
    otherwise: 'by the `OTEL_*` variables',
    does: 'asks for, or forbids, the SDK of the preload',
  },
  flushTimeoutMillis: {
    variable: 'FLUSH_TIMEOUT',
    reading: milliseconds,
    fallback: 2000,
    does: 'how long the end of the process may wait for the last export',
  },
} as const satisfies Readonly<Record<string, Option>>;

/** Variables of others that hold for us, too. */
export const variablesOfOthers = {
  OTEL_SEMCONV_STABILITY_OPT_IN:
    '`database`, `messaging`: current names of the semantic conventions instead of the old ones; `database/dup`, `messaging/dup`: both',
} as const;

function listed(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}
