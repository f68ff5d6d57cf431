// SPDX-License-Identifier: Apache-2.0
// Applications on a library, `test/libraries/<key>/apps/<app>.mjs`, each run in a process of its own, as ES module or CommonJS.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import satisfies from 'semver/functions/satisfies.js';
import { preloadFile, type RecordedSpan } from './bare-and-woven.js';
import { addFiles, applicationWith, register, root, runNode, usePackages } from './child.js';
import { forestOf } from './forests.js';
import type { Format } from './formats.js';
import { packageName } from './installed.js';
import { startKurrentStandIn } from './kurrent/server.js';
import { type RecordedSignals, signalsOf } from './recorded-signals.js';

/** A library as its applications use it. */
export interface AppLibrary {
  /** The folder below `test/libraries`. */
  readonly key: string;
  /** What an application gets: its name for a module, and the module. They are loaded in this order. */
  readonly packages: Readonly<Record<string, string>>;
  /** The folder in the repository whose `node_modules` has them, where several versions are installed; those that it lacks are the root's. */
  readonly installedIn?: string;
}

/** The target itself, with its sub-paths. */
export const eventsource: AppLibrary = {
  key: 'eventsource',
  packages: {
    eventsource: 'eventsource',
    migrations: 'eventsource/migrations',
    projections: 'eventsource/projections',
    snapshots: 'eventsource/snapshots',
    stores: 'eventsource/stores',
    subscriptions: 'eventsource/subscriptions',
  },
};

export const castore: AppLibrary = {
  key: 'castore',
  packages: { core: '@castore/core', memory: '@castore/event-storage-adapter-in-memory' },
};

export const emmett: AppLibrary = { key: 'emmett', packages: { emmett: '@event-driven-io/emmett' } };

/** Emmett on PostgreSQL: its applications find the address of the server in `POSTGRES_URL`. */
export const emmettOnPostgreSQL: AppLibrary = {
  key: 'emmett',
  packages: { emmett: '@event-driven-io/emmett', postgresql: '@event-driven-io/emmett-postgresql', pg: 'pg' },
};

export const emmettOnSQLite: AppLibrary = {
  key: 'emmett',
  packages: { emmett: '@event-driven-io/emmett', sqlite: '@event-driven-io/emmett-sqlite' },
};

export const nestVersions = [10, 11, 12] as const;
export type NestVersion = (typeof nestVersions)[number];

export function nestCqrs(version: NestVersion): AppLibrary {
  return {
    key: 'nestjs-cqrs',
    packages: {
      metadata: 'reflect-metadata',
      common: '@nestjs/common',
      core: '@nestjs/core',
      cqrs: '@nestjs/cqrs',
      rxjs: 'rxjs',
      operators: 'rxjs/operators',
    },
    installedIn: `fixtures/nest-cqrs/${version}`,
  };
}

export const nodeEventstore: AppLibrary = { key: 'node-eventstore', packages: { eventstore: 'eventstore' } };

/** Both packages have the same applications, which find the address of a stand-in for the server in `KURRENT_ADDRESS`. */
export const kurrent: AppLibrary = { key: 'kurrent', packages: { client: '@kurrent/kurrentdb-client' } };
export const eventStoreDB: AppLibrary = { key: 'kurrent', packages: { client: '@eventstore/db-client' } };

export async function serveKurrent(): Promise<Served> {
  const { address, stop } = await startKurrentStandIn();
  return { env: { KURRENT_ADDRESS: address }, stop };
}

/** What an application talks to. */
export interface Served {
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

/** Two libraries, one above the other. */
export const nestAboveEmmett: AppLibrary = {
  key: 'layers',
  packages: {
    reflect: 'reflect-metadata',
    rxjs: 'rxjs',
    common: '@nestjs/common',
    core: '@nestjs/core',
    cqrs: '@nestjs/cqrs',
    emmett: '@event-driven-io/emmett',
  },
};

export interface AppRun {
  readonly format: Format;
  /** A file of the folder `apps`, which exports a function of its name. */
  readonly app: string;
  /** Without ours. */
  readonly bare?: boolean;
  /** The binary. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Starts what it talks to, anew for each run. */
  readonly serve?: () => Promise<Served>;
  /** Further preloads before ours, by path. */
  readonly preloads?: readonly string[];
  /** The same behind ours. */
  readonly preloadsAfter?: readonly string[];
  /** Ends it hard. @default 20000 ms */
  readonly timeoutMillis?: number;
  /** A folder that a package manager has filled, with ours too, which is preloaded by its name. @default a folder of links */
  readonly installed?: string;
}

export interface AppResult {
  /** What the application returned. */
  readonly seen: unknown;
  readonly spans: readonly RecordedSpan[];
  readonly signals: RecordedSignals;
  readonly stderr: string;
  /** What was said through `diag`, where `record-diag` was preloaded. */
  readonly diag: readonly string[];
}

/** Runs an application; fails where it does not end well. It gets the packages, and `request`, which stands for the span of a server. */
export async function runApp(
  library: AppLibrary,
  { format, app, bare = false, node, env, serve, preloads = [], preloadsAfter = [], timeoutMillis, installed }: AppRun,
): Promise<AppResult> {
  const main = `main.${format}`;
  const { folder, remove } =
    installed === undefined ? applicationWith({ 'package.json': '{}' }) : folderBeside(installed);
  addFiles(folder, { [main]: `${runnerOf(library, app, format)} run();` });
  const served = await serve?.();
  try {
    if (installed === undefined) {
      usePackages(folder, '@opentelemetry');
      usePackagesOf(library, folder);
    }
    const files = {
      SPANS_FILE: join(folder, 'spans.jsonl'),
      SIGNALS_FILE: join(folder, 'signals.json'),
      DIAG_FILE: join(folder, 'diag.jsonl'),
    };
    const imported = [
      ...preloads,
      ...(bare ? [] : [installed === undefined ? register : `${packageName}/register`]),
      ...preloadsAfter,
      preloadFile('record-spans'),
      preloadFile('record-signals'),
    ];
    const { stdout, stderr, code } = await runNode({
      args: ['--no-warnings', ...imported.flatMap((path) => ['--import', path]), main],
      cwd: folder,
      env: { OTEL_INSTRUMENTATION_EVENTSOURCE_LOG_LEVEL: 'debug', ...env, ...served?.env, ...files },
      ...(node === undefined ? {} : { node }),
      ...(timeoutMillis === undefined ? {} : { timeoutMillis }),
    });
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split('\n');
    return {
      seen: JSON.parse(lines.at(-1) ?? ''),
      spans: linesOf<RecordedSpan>(files.SPANS_FILE),
      signals: signalsIn(files.SIGNALS_FILE),
      stderr,
      diag: linesOf<string>(files.DIAG_FILE),
    };
  } finally {
    served?.stop();
    remove();
  }
}

/** A folder of one run, which finds the packages above it. */
function folderBeside(installed: string): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(installed, 'run-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The text of a program that defines `run`, which runs an application and prints what it returns; the packages must be there. */
export function runnerOf({ key, packages }: AppLibrary, app: string, format: Format): string {
  const all = Object.entries({ ...packages, api: '@opentelemetry/api' });
  const load = all.map(([name, specifier]) => loading(name, specifier, format));
  return `
    ${load.join('\n')}
    const request = (name, work) => api.trace.getTracer('application').startActiveSpan(name, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    });
    const run = async () => {
      const { ${app} } = await import(${JSON.stringify(join(folderOf(key), 'apps', `${app}.mjs`))});
      console.log(JSON.stringify(await ${app}({ ${Object.keys(packages)}, api, request })));
    };
  `;
}

/** Makes the packages of a library those of the application in `folder`. */
export function usePackagesOf({ packages, installedIn = '.' }: AppLibrary, folder: string): void {
  const names = Object.values(packages).map((module) => /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module);
  for (const name of new Set(names)) {
    const place = [installedIn, '.']
      .map((place) => join(root, place, 'node_modules', name))
      .find((place) => existsSync(place));
    assert.ok(place !== undefined && isAsked(installedIn, name, place), `${name} is not installed: npm ci`);
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(place, link);
  }
}

/** Where a folder names its versions, the root's may be another one. */
function isAsked(installedIn: string, name: string, place: string): boolean {
  const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const asked: string | undefined = manifestOf(join(root, installedIn)).dependencies?.[name];
  return installedIn === '.' || asked === undefined || satisfies(manifestOf(place).version, asked);
}

function loading(name: string, specifier: string, format: Format): string {
  const from = JSON.stringify(specifier);
  return format === 'cjs' ? `const ${name} = require(${from});` : `import * as ${name} from ${from};`;
}

function folderOf(key: string): string {
  return join(root, 'test/libraries', key);
}

/** Of an application that ends itself there are none: nobody collects then. */
function signalsIn(file: string): RecordedSignals {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { measured: [], records: [] };
}

function linesOf<Line>(file: string): Line[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** What an application does bare, of which it is said in {@link assertForest} that it is the same on every Node and in every format. */
const bareRuns = new Map<string, Promise<AppResult>>();

function bareRun(library: AppLibrary, { node: _, ...run }: AppRun): Promise<AppResult> {
  const key = JSON.stringify([library, run.app, run.env]);
  const bare = bareRuns.get(key) ?? runApp(library, { ...run, format: 'cjs', bare: true });
  bareRuns.set(key, bare);
  return bare;
}

/**
 * An application gives the spans, measurements and log records that were recorded, and does what it does bare. RECORD=1 writes
 * them anew.
 */
export async function assertForest(library: AppLibrary, run: AppRun): Promise<void> {
  const bare = await bareRun(library, run);
  const woven = await runApp(library, run);
  assertAsRecorded(join(folderOf(library.key), 'expected'), run.app, bare, woven);
}

type Recorded = Pick<AppResult, 'seen' | 'spans' | 'signals' | 'stderr'>;

/** What a woven run gives is what stands in the files of a folder, and the application sees what it sees bare. */
function assertAsRecorded(folder: string, app: string, bare: Recorded, woven: Recorded): void {
  assert.deepEqual(woven.seen, bare.seen);
  assert.equal(woven.stderr, bare.stderr);
  assert.ok(bare.spans.every(({ scope }) => scope === 'application'));
  assert.deepEqual(bare.signals, { measured: [], records: [] });
  assertWritten(join(folder, `${app}.json`), forestOf(woven.spans));
  assertWritten(join(folder, `${app}.signals.json`), signalsOf(woven.signals));
}

function assertWritten(file: string, what: unknown): void {
  if (process.env.RECORD === '1') writeFileSync(file, `${JSON.stringify(what, null, 2)}\n`);
  assert.deepEqual(what, JSON.parse(readFileSync(file, 'utf8')));
}

/** Names of all spans in the trace of the request of this name, sorted, without its own. */
export function spansBelow(spans: readonly RecordedSpan[], request: string): string[] {
  const root = spans.find(({ name }) => name === request);
  return spans
    .filter((span) => span.trace === root?.trace && span !== root)
    .map(({ name }) => name)
    .sort();
}
