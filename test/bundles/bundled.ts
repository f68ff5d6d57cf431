// SPDX-License-Identifier: Apache-2.0
// Applications that hold everything in a bundle: the library, the API and this package. Woven by hand, they show what they show under
// the preload when they are not bundled.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preloadFile, type RecordedSpan } from '../../testkit/bare-and-woven.js';
import { buildTool, bundlers } from '../../testkit/build-tools.js';
import { applicationWith, nodeBinary, root, runNode, usePackages } from '../../testkit/child.js';
import { forestOf, sorted, type Tree } from '../../testkit/forests.js';
import {
  type AppLibrary,
  castore,
  emmett,
  eventStoreDB,
  eventsource,
  kurrent,
  nestCqrs,
  nodeEventstore,
  runApp,
  serveKurrent,
  usePackagesOf,
} from '../../testkit/library-apps.js';

const OURS = JSON.stringify(join(root, 'dist/src/index.js'));

/** Each with one of its applications, and what it is recorded to show; of the target itself it is looked at first. */
const applications = {
  'eventsource, accounts': eventsource,
  'nestjs-cqrs 10, orders': nestCqrs(10),
  'nestjs-cqrs 11, orders': nestCqrs(11),
  'nestjs-cqrs 12, orders': nestCqrs(12),
  'emmett, carts': emmett,
  'castore, carts': castore,
  'node-eventstore, users': nodeEventstore,
  'kurrent, orders': kurrent,
  'eventstoredb, orders': eventStoreDB,
} as const satisfies Readonly<Record<string, AppLibrary>>;

/** What is native, and what Nest and the target look for and can do without. */
const OUTSIDE = [
  '@kurrent/bridge',
  // It loads the file of a database by a path that it makes.
  'eventstore',
  '@nestjs/microservices',
  '@nestjs/websockets',
  '@nestjs/platform-express',
  'class-transformer',
  'class-validator',
  'libsql',
  'kafkajs',
  'amqplib',
  'redis',
  'pg',
];

export const all = Object.keys(applications) as (keyof typeof applications)[];

export interface Build {
  readonly bundler: keyof typeof bundlers;
  readonly format: 'cjs' | 'mjs';
  readonly minify: boolean;
  /** Version of Node.js that it is run on. */
  readonly node: number;
  /** What is in each of the bundles. */
  readonly bundles: readonly (readonly (keyof typeof applications)[])[];
}

const appOf = (title: string) => title.split(', ')[1] ?? '';

/** Static imports: in CommonJS there is no `await` at the top level. */
function part({ key, packages }: AppLibrary, app: string): string {
  const loads = Object.entries(packages).map(([name, from]) => `import * as ${name} from ${JSON.stringify(from)};`);
  // Its class is exported by a file alone.
  const byHand =
    key === 'node-eventstore' ? "import Eventstore from 'eventstore/lib/eventstore.js'; weave({ Eventstore });" : '';
  const used = Object.keys(packages).map((name) => `${name}: woven(${name})`);
  return `
    ${loads.join('\n')}
    import { weave, woven } from ${OURS};
    import { ${app} } from ${JSON.stringify(join(root, 'test/libraries', key, 'apps', `${app}.mjs`))};
    ${byHand}
    export const run = (environment) => ${app}({ ${used.join(', ')}, ...environment });
  `;
}

function programOf(titles: readonly (keyof typeof applications)[]): Record<string, string> {
  const parts = titles.map((title, index) => [`part-${index}.mjs`, part(applications[title], appOf(title))]);
  const main = `
    import * as api from '@opentelemetry/api';
    ${parts.map(([file], index) => `import { run as run${index} } from './${file}';`).join('\n')}
    const request = (name, work) => api.trace.getTracer('application').startActiveSpan(name, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    });
    const main = async () => {
      for (const run of [${parts.map((_, index) => `run${index}`)}]) console.log(JSON.stringify(await run({ api, request })));
    };
    main();
  `;
  return { 'package.json': '{}', ...Object.fromEntries(parts), 'main.mjs': main };
}

/** Declares a test for each bundle. */
export function itShowsWhatItsPartsShow({ bundler, format, minify, node: major, bundles }: Build): void {
  for (const titles of bundles) {
    const made = `${bundler}, ${format}${minify ? ', minified' : ''}, Node ${major}`;
    it(`shows what its parts show under the preload: ${titles.join('; ')} (${made})`, async function () {
      const node = nodeBinary(this, major);
      if (bundler !== 'esbuild') buildTool(this, bundler);
      const { folder, remove } = applicationWith(programOf(titles));
      const used = titles.map((title): AppLibrary => applications[title]);
      for (const library of used) usePackagesOf(library, folder);
      usePackages(folder, '@opentelemetry', used.includes(kurrent) ? '@kurrent/bridge' : 'libsql');
      await bundlers[bundler]({ folder, entries: ['main.mjs'], format, minify, external: OUTSIDE });
      const served = used.some(({ key }) => key === 'kurrent') ? await serveKurrent() : undefined;
      const env = { ...served?.env, SPANS_FILE: join(folder, 'spans.jsonl') };
      writeFileSync(env.SPANS_FILE, '');
      const args = ['--no-warnings', '--import', preloadFile('record-spans'), `dist/main.${format}`];
      const { stdout, stderr, code } = await runNode({ node, args, cwd: folder, env });
      served?.stop();
      assert.deepEqual([stderr, code], ['', 0]);
      assert.equal(stdout.trimEnd().split('\n').length, titles.length);
      const expected = await Promise.all(titles.map(expectedOf));
      assert.deepEqual(forestIn(env.SPANS_FILE), sorted(expected.flat()));
      remove();
    });
  }
}

function forestIn(file: string) {
  // Of two classes of one name the bundler numbers the second.
  const text = readFileSync(file, 'utf8').replaceAll(/(?<=Error)\$?\d(?=")/g, '');
  return forestOf(
    text
      .trimEnd()
      .split('\n')
      .map((line): RecordedSpan => JSON.parse(line)),
  );
}

let ofTarget: readonly Tree[] | undefined;

async function expectedOf(title: keyof typeof applications): Promise<readonly Tree[]> {
  const library: AppLibrary = applications[title];
  if (library !== eventsource) {
    const expected = join(root, 'test/libraries', library.key, 'expected', `${appOf(title)}.json`);
    return JSON.parse(readFileSync(expected, 'utf8'));
  }
  ofTarget ??= forestOf((await runApp(library, { format: 'mjs', app: appOf(title) })).spans);
  return ofTarget;
}
