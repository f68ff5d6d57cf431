// SPDX-License-Identifier: Apache-2.0
// All libraries, by the packages that they are found in. Their tables are loaded when the first module of a package is seen: an
// application pays only for the libraries that it uses.
import { ownRequire } from '../own-require.js';
import { loggersOf } from '../weaving/every-row.js';
import { familyNames, options } from './eventsource/families.js';
import type { Library } from './library.js';

/** A library before its tables are loaded. What is said here twice is compared with the tables in a test. */
export interface LibraryEntry {
  readonly key: string;
  /** Names of its packages, as in {@link Library.packages}. */
  readonly packages: readonly string[];
  /** Those of them whose ES modules export functions as constants. */
  readonly constants?: readonly string[] | undefined;
  /** Sub-paths that the packages export, by which they are told from others of their name. */
  readonly subPaths?: readonly string[] | undefined;
  readonly yieldsTo?: readonly string[] | undefined;
  /** Names of its families. */
  readonly families: readonly string[];
  /** As {@link Library.options}. */
  readonly options?: Library['options'];
  /** Its families, options and names may stand in the configuration beside `libraries` as well, as they did before there was that. */
  readonly topLevel?: boolean | undefined;
  /** Its loggers, each by its name, or as one text the name that they are all at or below; none where its rows write no records. */
  readonly loggers?: string | readonly string[] | undefined;
  /**
   * A text in the code of its packages, minified or not, that stands nowhere else; by it a bundle is known to hold the library. Not
   * written as it is found, since a bundle may hold this file.
   */
  readonly mark?: RegExp | undefined;
  /** Loads the tables; synchronous, since the application's module goes on loading meanwhile. */
  load(): Library;
}

/** Of a library whose tables are there already. */
export function entryOf(library: Library): LibraryEntry {
  const { key, packages, families, options, yieldsTo, aspects } = library;
  return {
    key,
    packages: packages.map(({ name }) => name),
    constants: packages.flatMap(({ name, constants }) => (constants === true ? [name] : [])),
    yieldsTo,
    families: Object.keys(families),
    options,
    loggers: loggersOf(aspects),
    load: () => library,
  };
}

interface Tables {
  readonly library: Library;
}

/** Where the tables are: the file below `src`, and its import, which bundlers must find written out. */
const tables = {
  eventsource: { file: './libraries/eventsource/index.js', import: () => import('./eventsource/index.js') },
  'nestjs-cqrs': { file: './libraries/nestjs-cqrs/index.js', import: () => import('./nestjs-cqrs/index.js') },
  emmett: { file: './libraries/emmett/index.js', import: () => import('./emmett/index.js') },
  castore: { file: './libraries/castore/index.js', import: () => import('./castore/index.js') },
  'node-eventstore': {
    file: './libraries/node-eventstore/index.js',
    import: () => import('./node-eventstore/index.js'),
  },
  kurrent: { file: './libraries/kurrent/index.js', import: () => import('./kurrent/index.js') },
} as const satisfies Record<string, { readonly file: string; readonly import: () => Promise<Tables> }>;

export const catalogue = [
  {
    key: 'eventsource',
    packages: ['eventsource', 'eventsource-ts'],
    subPaths: ['./stores', './bus'],
    families: familyNames,
    options,
    topLevel: true,
    loggers: 'eventsource',
    mark: /, but the strea[m] is at version | is reserved and cannot be a fiel[d] of an event\./,
    load: () => loaded('eventsource'),
  },
  {
    key: 'nestjs-cqrs',
    packages: ['@nestjs/cqrs'],
    families: ['commands', 'queries', 'buses', 'aggregates', 'sagas'],
    loggers: [
      'eventsource.aggregates.repository',
      'eventsource.bus.memory',
      'eventsource.commands',
      'eventsource.queries',
    ],
    mark: /__commandHandle[r]__/,
    load: () => loaded('nestjs-cqrs'),
  },
  {
    key: 'emmett',
    packages: ['@event-driven-io/emmett', '@event-driven-io/emmett-postgresql', '@event-driven-io/emmett-sqlite'],
    families: ['stores', 'commands', 'buses', 'processors'],
    options: { persistContext: true },
    loggers: [
      'eventsource.aggregates.repository',
      'eventsource.bus.memory',
      'eventsource.commands',
      'eventsource.projections',
      'eventsource.stores.in_memory',
      'eventsource.stores.postgresql',
      'eventsource.stores.sqlite',
      'eventsource.subscriptions.manager',
      'eventsource.subscriptions.runners.catchup',
      'eventsource.subscriptions.runners.live',
    ],
    mark: /oc+ur+ed during Emmett processin[g]/,
    load: () => loaded('emmett'),
  },
  {
    key: 'castore',
    packages: ['@castore/core'],
    families: ['stores', 'commands', 'buses'],
    options: { persistContext: false },
    loggers: ['eventsource.aggregates.repository', 'eventsource.bus', 'eventsource.commands', 'eventsource.stores'],
    mark: /eventAlreadyExistsRetrie[s]/,
    load: () => loaded('castore'),
  },
  {
    key: 'node-eventstore',
    packages: ['eventstore'],
    families: ['stores', 'aggregates', 'snapshots', 'buses'],
    loggers: ['eventsource.aggregates.repository', 'eventsource.bus', 'eventsource.snapshots', 'eventsource.stores'],
    mark: /eventstream\.uncommittedEvents not injecte[d]/,
    load: () => loaded('node-eventstore'),
  },
  {
    key: 'kurrent',
    packages: ['@kurrent/kurrentdb-client', '@eventstore/db-client'],
    yieldsTo: ['@kurrent/opentelemetry', '@eventstore/opentelemetry'],
    families: ['stores', 'processors'],
    options: { persistContext: true },
    loggers: [
      'eventsource.stores.kurrentdb',
      'eventsource.subscriptions.runners.catchup',
      'eventsource.subscriptions.runners.live',
    ],
    mark: /event_store\.client\.streams\.Stream[s]\//,
    load: () => loaded('kurrent'),
  },
] as const satisfies readonly LibraryEntry[];

const ready = new Map<string, Library>();

function loaded(key: keyof typeof tables): Library {
  const known = ready.get(key) ?? (ownRequire()(tables[key].file) as Tables).library;
  ready.set(key, known);
  return known;
}

/**
 * Loads tables beforehand, for a Node that refuses to `require` ES modules.
 *
 * @param isWanted by key; default: all
 */
export async function importTables(isWanted: (key: string) => boolean = () => true): Promise<void> {
  for (const [key, entry] of Object.entries(tables)) if (isWanted(key)) ready.set(key, (await entry.import()).library);
}
