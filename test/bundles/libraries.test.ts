// SPDX-License-Identifier: Apache-2.0
// Applications that hold everything in a bundle: the library, the API and this package. Woven by hand, they show what they show under
// the preload when they are not bundled.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preloadFile, type RecordedSpan } from '../../testkit/bare-and-woven.js';
import { buildTool, bundlers } from '../../testkit/build-tools.js';
import { applicationWith, nodeBinary, root, runNode, usePackages } from '../../testkit/child.js';
import { forestOf } from '../../testkit/forests.js';
import {
  type AppLibrary,
  castore,
  emmett,
  eventStoreDB,
  kurrent,
  nestCqrs,
  nodeEventstore,
  runApp,
  serveKurrent,
  usePackagesOf,
} from '../../testkit/library-apps.js';

const OURS = JSON.stringify(join(root, 'dist/src/index.js'));

const eventsource: AppLibrary = {
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
  '@nestjs/microservices/microservices-module',
  '@nestjs/websockets',
  '@nestjs/websockets/socket-module',
  '@nestjs/platform-express',
  'class-transformer',
  'class-transformer/storage',
  'class-validator',
  'libsql',
  'kafkajs',
  'amqplib',
  'redis',
  'pg',
];

/** With esbuild all of them; the others, which take their time, are given one of each kind. */
const some = ['eventsource, accounts', 'nestjs-cqrs 12, orders', 'emmett, carts'] as const;

const builds = [
  { bundler: 'esbuild', format: 'cjs', minify: true, node: 20, titles: Object.keys(applications) },
  { bundler: 'esbuild', format: 'mjs', minify: false, node: 24, titles: Object.keys(applications) },
  { bundler: 'rollup', format: 'mjs', minify: true, node: 20, titles: some },
  { bundler: 'rollup', format: 'cjs', minify: false, node: 24, titles: some },
  { bundler: 'webpack', format: 'cjs', minify: true, node: 24, titles: some },
  { bundler: 'webpack', format: 'mjs', minify: false, node: 20, titles: some },
] as const;

const appOf = (title: string) => title.split(', ')[1] ?? '';

/** Static imports: in CommonJS there is no `await` at the top level. */
function program({ key, packages }: AppLibrary, app: string): string {
  const loads = Object.entries(packages).map(([name, from]) => `import * as ${name} from ${JSON.stringify(from)};`);
  // Its class is exported by a file alone.
  const byHand =
    key === 'node-eventstore' ? "import Eventstore from 'eventstore/lib/eventstore.js'; weave({ Eventstore });" : '';
  const used = Object.keys(packages).map((name) => `${name}: woven(${name})`);
  return `
    ${loads.join('\n')}
    import * as api from '@opentelemetry/api';
    import { weave, woven } from ${OURS};
    import { ${app} } from ${JSON.stringify(join(root, 'test/libraries', key, 'apps', `${app}.mjs`))};
    ${byHand}
    const request = (name, work) => api.trace.getTracer('application').startActiveSpan(name, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    });
    ${app}({ ${used.join(', ')}, api, request }).then((seen) => console.log(JSON.stringify(seen)));
  `;
}

describe('a bundle that holds a library and the API', function () {
  this.timeout(120_000);

  for (const { bundler, format, minify, node: major, titles } of builds) {
    for (const title of titles) {
      const made = `${bundler}, ${format}${minify ? ', minified' : ''}, Node ${major}`;
      it(`shows what its parts show under the preload: ${title} (${made})`, async function () {
        const node = nodeBinary(this, major);
        if (bundler !== 'esbuild') buildTool(this, bundler);
        const library = applications[title as keyof typeof applications];
        const { folder, remove } = applicationWith({
          'package.json': '{}',
          'main.mjs': program(library, appOf(title)),
        });
        usePackagesOf(library, folder);
        usePackages(folder, '@opentelemetry', library === eventsource ? 'libsql' : '@kurrent/bridge');
        await bundlers[bundler]({ folder, entries: ['main.mjs'], format, minify, external: OUTSIDE });
        const served = library.key === 'kurrent' ? await serveKurrent() : undefined;
        const env = { ...served?.env, SPANS_FILE: join(folder, 'spans.jsonl') };
        writeFileSync(env.SPANS_FILE, '');
        const args = ['--no-warnings', '--import', preloadFile('record-spans'), `dist/main.${format}`];
        const { stdout, stderr, code } = await runNode({ node, args, cwd: folder, env });
        served?.stop();
        assert.deepEqual([stderr, code], ['', 0]);
        assert.notEqual(stdout, '');
        assert.deepEqual(forestIn(env.SPANS_FILE), await expectedOf(title, library));
        remove();
      });
    }
  }
});

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

let ofTarget: ReturnType<typeof forestOf> | undefined;

async function expectedOf(title: string, library: AppLibrary) {
  if (library !== eventsource) {
    const expected = join(root, 'test/libraries', library.key, 'expected', `${appOf(title)}.json`);
    return JSON.parse(readFileSync(expected, 'utf8'));
  }
  ofTarget ??= forestOf((await runApp(library, { format: 'mjs', app: appOf(title) })).spans);
  return ofTarget;
}
