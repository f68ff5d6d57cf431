// SPDX-License-Identifier: Apache-2.0
// The report of the process, as it is now.
import { createRequire } from 'node:module';

import type { ResolvedConfig } from '../../config.js';
import { watchedPackageOf } from '../../doors/package-of.js';
import { hasSoundSyncHooks } from '../../doors/sync-hooks.js';
import { catalogue } from '../../libraries/index.js';
import { misspeltOfOpenTelemetry } from '../../opentelemetry-variables.js';
import { PACKAGE_NAME } from '../../version.js';
import type {
  Copy,
  InstrumentationFacts,
  LibraryFacts,
  ProcessFacts,
  Report,
  SdkFacts,
  TestSpan,
  VariableFacts,
} from '../report.js';
import { shownVariables } from '../variables.js';
import type { Ending } from './ending.js';
import type { Entries } from './entries.js';
import { copiesOf, copyIn, installedWith, loadedFiles, shownFile } from './loaded.js';
import type { Spans } from './spans.js';

export interface Seen {
  readonly ending: Ending;
  readonly entries: Entries;
  readonly spans: Spans;
  readonly test: TestSpan;
  /** As they were before the application ran. */
  readonly variables: NodeJS.ProcessEnv;
  /** Worker threads and processes. */
  readonly started: number;
}

export function collect({ ending, entries, spans, test, variables, started }: Seen): Report {
  const files = loadedFiles();
  // The rest is loaded by looking.
  const withApi = needingTheApi();
  const sdk = withApi?.sdkFacts(spans, entries.of('provider').at(-1)?.provider);
  const { missed, namesakes, unseen } = unseenOf(files, entries);
  return {
    process: processFacts(started),
    end: ending,
    copies: copiesOf(files),
    instrumentation: instrumentationFacts(entries),
    libraries: libraryFacts(entries),
    missed,
    namesakes,
    lookalikes: withApi?.lookalikesIn(unseen) ?? [],
    sdk: sdk ?? NO_SDK,
    spans: spans.facts,
    exporters: spans.exporters,
    testSpan: test,
    switches: entries.switches,
    complaints: entries.of('complaint').map(({ text }) => text),
    failedRows: entries.of('row off').map(({ label, reason }) => `${label}: ${reason}`),
    variables: variableFacts(variables),
  };
}

const NO_SDK: SdkFacts = {
  registry: undefined,
  api: undefined,
  provider: undefined,
  unreadable: false,
  sampler: undefined,
  sampled: undefined,
  processors: [],
  contextManager: undefined,
  keepsContext: false,
  propagator: undefined,
  carrier: {},
  meterProvider: undefined,
  loggerProvider: undefined,
};

/** None where it is not installed, which the preload has told. */
function needingTheApi() {
  const require = createRequire(import.meta.url);
  try {
    const { sdkFacts }: typeof import('./sdk.js') = require('./sdk.js');
    const { lookalikesIn }: typeof import('./lookalikes.js') = require('./lookalikes.js');
    return { sdkFacts, lookalikesIn };
  } catch {
    return undefined;
  }
}

function processFacts(started: number): ProcessFacts {
  return {
    version: process.versions.node,
    hooks: hasSoundSyncHooks() ? 'on the main thread' : 'in a thread of their own',
    flags: process.execArgv,
    started,
  };
}

function instrumentationFacts(entries: Entries): InstrumentationFacts {
  const configured = entries.of('configured').at(-1);
  const isPreloaded = Symbol.for(`${PACKAGE_NAME}.registered`) in globalThis;
  const libraries = Object.entries(configured?.config.libraries ?? {});
  return {
    by: configured === undefined ? undefined : isPreloaded ? 'preload' : 'code',
    on: configured?.on === true,
    sdk: entries.of('sdk').length > 0,
    watched: entries.of('watched').at(-1)?.packages ?? [],
    named: libraries.flatMap(([library, { moduleNames: names }]) =>
      names === undefined || isDefault(library, names) ? [] : [{ library, names }],
    ),
    tables: tablesIn(configured?.config),
    off: libraries.flatMap(([library, { enabled }]) => (enabled === false ? [library] : [])),
    families: libraries.flatMap(([library, { families = {} }]) =>
      Object.entries(families).flatMap(([family, mode]) => (mode === 'auto' ? [] : [{ library, family, mode }])),
    ),
  };
}

/** Without those that are switched off, for whose packages nobody waits. */
function tablesIn(config: ResolvedConfig | undefined): InstrumentationFacts['tables'] {
  return (config?.tables ?? []).flatMap(({ key, packages }) => {
    const { enabled, moduleNames: names = packages.map(({ name }) => name) } = config?.libraries[key] ?? {};
    return enabled === false ? [] : [{ library: key, names }];
  });
}

function isDefault(key: string, names: readonly string[]): boolean {
  const known: readonly string[] = catalogue.find((entry) => entry.key === key)?.packages ?? [];
  return names.join() === known.join();
}

function libraryFacts(entries: Entries): LibraryFacts[] {
  const received = entries.of('received');
  const woven = entries.of('woven');
  const [versions, off] = [entries.of('version'), entries.of('library off')];
  const keys = new Set([...woven, ...versions, ...off].map(({ library }) => library));
  return [...keys].map((library) => {
    const own = woven.filter((entry) => entry.library === library);
    const names: readonly string[] = catalogue.find(({ key }) => key === library)?.packages ?? [];
    const found = received.filter(
      ({ url, package: name }) => own.some((entry) => entry.url === url) || names.includes(name),
    );
    return {
      library,
      packages: packagesOf(found),
      modules: own.length,
      methods: distinct(own.flatMap(({ methods }) => methods)).length,
      refused: distinct(own.flatMap(({ refused }) => refused)),
      otherShapes: distinct(own.flatMap(({ otherShapes }) => otherShapes)),
      unsupported: versions.find((entry) => entry.library === library)?.reason,
      yielded: off.find((entry) => entry.library === library)?.reason,
    };
  });
}

function packagesOf(
  received: readonly { readonly url: string; readonly package: string; readonly version?: string | undefined }[],
): Copy[] {
  const copies = received.map(({ url, package: name, version }) => {
    const folder = installedWith(url)?.folder;
    return folder === undefined ? { name, version, folder: shownFile(new URL('.', url).href) } : copyIn(name, folder);
  });
  return [...new Map(copies.map((copy) => [installedOnce(copy), copy])).values()];
}

/** A linked package has many folders. */
function installedOnce({ name, version, folder }: Copy): string {
  return `${name} ${version} ${folder.includes('node_modules') ? folder : ''}`;
}

/** What was loaded and passed no door. */
function unseenOf(files: readonly string[], entries: Entries) {
  const received = new Set(entries.of('received').map(({ url }) => url.replace(/[?#].*$/s, '')));
  const known = catalogue.map((entry) => ({ subPaths: undefined, ...entry }));
  const { named, tables } = instrumentationFacts(entries);
  const packages = [
    ...known.flatMap(({ packages, subPaths }) => packages.map((name) => ({ name, ...(subPaths && { subPaths }) }))),
    ...[...named, ...tables].flatMap(({ names }) => names.map((name) => ({ name }))),
  ];
  const missed = new Map<string, Copy>();
  const namesakes = new Map<string, Copy>();
  const unseen: string[] = [];
  for (const url of files) {
    if (received.has(url) || isOurs(url)) continue;
    const match = watchedPackageOf(url, packages);
    if (match === undefined) unseen.push(url);
    else {
      const copy = { name: match.name, version: match.version, folder: shownFile(match.folder) };
      if (match.isAnother) namesakes.set(match.folder, copy);
      else missed.set(match.folder, copy);
    }
  }
  const came = entries.of('received').map(({ url }) => shownFile(installedWith(url)?.folder ?? new URL('.', url).href));
  return {
    missed: [...missed.values()].filter(({ folder }) => !came.includes(folder)),
    namesakes: [...namesakes.values()],
    unseen,
  };
}

const OURS = new URL('../../../', import.meta.url).href;

function isOurs(url: string): boolean {
  return url.startsWith(OURS) || /\/node_modules\/@opentelemetry\//.test(url);
}

function variableFacts(before: NodeJS.ProcessEnv): VariableFacts {
  const late = Object.keys(process.env).filter(
    (name) => name.startsWith('OTEL_') && process.env[name] !== before[name],
  );
  return { set: shownVariables(before), late: late.sort(), misspelt: misspeltOfOpenTelemetry(before) };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
