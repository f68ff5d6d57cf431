// SPDX-License-Identifier: Apache-2.0
// Monorepos as npm and pnpm lay them out: an application in one package, its domain with the libraries in another, all of them linked,
// two of the libraries being packages of the workspace themselves.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { preloadFile, type RecordedSpan } from '../../testkit/bare-and-woven.js';
import { applicationWith, nodeBinary, root, runNode } from '../../testkit/child.js';
import { copyOurs, ourDependencies, packageName } from '../../testkit/installed.js';
import { withDependencies } from '../../testkit/packed.js';

const LIBRARIES = { eventsource: 'eventsource', emmett: '@event-driven-io/emmett', cqrs: '@nestjs/cqrs' } as const;
/** What these and ours need beside them. */
const INSTALLED = ['@nestjs/cqrs', '@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs', '@opentelemetry/api'];

const names = Object.entries(LIBRARIES);
const imported = names.map(([name, from]) => `import * as ${name} from '${from}';`).join('\n');
const required = names.map(([name, from]) => `const ${name} = require('${from}');`).join('\n');
const all = Object.keys(LIBRARIES).join(', ');
const wovenAll = Object.keys(LIBRARIES)
  .map((name) => `${name}: woven(${name})`)
  .join(', ');

const files = {
  'package.json': '{ "private": true, "workspaces": ["packages/*"] }',
  'packages/domain/package.json': JSON.stringify({
    name: '@shop/domain',
    version: '1.0.0',
    exports: {
      '.': { require: './index.cjs', default: './index.mjs' },
      './by-hand': { require: './by-hand.cjs', default: './by-hand.mjs' },
    },
  }),
  // A class in place, functions that are replaced, a class that a framework is derived from.
  'packages/domain/work.cjs': `
    exports.workOn = ({ eventsource, emmett, cqrs }) => async () => {
      await new eventsource.InMemoryEventStore().getEvents('x');
      const evolve = (state) => state;
      const handle = emmett.CommandHandler({ evolve, initialState: () => ({}) });
      await handle(emmett.getInMemoryEventStore(), 'order-1', () => ({ type: 'OrderPlaced', data: {} }));
      class Order extends cqrs.AggregateRoot {}
      const order = new Order();
      order.publishAll = () => {};
      order.apply({});
      order.commit();
    };
  `,
  'packages/domain/index.mjs': `
    import 'reflect-metadata';
    ${imported}
    import { workOn } from './work.cjs';
    export const work = workOn({ ${all} });
  `,
  'packages/domain/index.cjs': `
    require('reflect-metadata');
    ${required}
    exports.work = require('./work.cjs').workOn({ ${all} });
  `,
  'packages/domain/by-hand.mjs': `
    import 'reflect-metadata';
    ${imported}
    import { woven } from '${packageName}';
    import { workOn } from './work.cjs';
    export const work = workOn({ ${wovenAll} });
  `,
  'packages/domain/by-hand.cjs': `
    require('reflect-metadata');
    ${required}
    const { woven } = require('${packageName}');
    exports.work = require('./work.cjs').workOn({ ${wovenAll} });
  `,
  'packages/app/package.json': '{ "name": "@shop/app", "version": "1.0.0" }',
  'packages/app/main.mjs': `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    for (const domain of process.argv.slice(2)) {
      for (const { work } of [await import(domain), require(domain)]) await work();
    }
  `,
};

/** What each piece of work gives. */
const SPANS = [
  'eventsource.command.handle',
  'eventsource.repository.load',
  'eventsource.repository.save',
  'in_memory_event_store.append_events',
  'in_memory_event_store.get_events',
  'in_memory_event_store.get_events',
];

/** Its peers are what it needs. */
function neededByEmmett(): string[] {
  const manifest = readFileSync(join(root, 'node_modules', LIBRARIES.emmett, 'package.json'), 'utf8');
  const { dependencies, peerDependencies } = JSON.parse(manifest);
  return Object.keys({ ...dependencies, ...peerDependencies });
}

function link(from: string, to: string): void {
  if (existsSync(from)) return;
  mkdirSync(dirname(from), { recursive: true });
  symlinkSync(relative(dirname(from), to), from);
}

/** Packages of the workspace: real folders below no `node_modules`. */
function addLibraries(folder: string): void {
  for (const name of [LIBRARIES.eventsource, LIBRARIES.emmett]) {
    cpSync(join(root, 'node_modules', name), join(folder, 'packages', name), { recursive: true, dereference: true });
  }
}

/** All is linked into one folder, what is installed and what is of the workspace. */
function layOutAsNpm(folder: string): void {
  const modules = join(folder, 'node_modules');
  for (const name of ['eventsource', '@event-driven-io/emmett'])
    link(join(modules, name), join(folder, 'packages', name));
  for (const name of ['domain', 'app']) link(join(modules, '@shop', name), join(folder, 'packages', name));
  copyOurs(folder);
  for (const name of withDependencies([...INSTALLED, ...neededByEmmett(), ...Object.keys(ourDependencies())])) {
    link(join(modules, name), join(root, 'node_modules', name));
  }
}

/** Each package finds what it names itself, and nothing else: ours is beside the application, the libraries beside the domain. */
function layOutAsPnpm(folder: string): void {
  const store = (name: string) => join(folder, 'node_modules/.pnpm', name.replace('/', '+'));
  const linkTo = (from: string, needed: readonly string[]) => {
    for (const name of needed) link(join(from, 'node_modules', name), join(root, 'node_modules', name));
  };
  const ours = store(`${packageName}@0.1.0`);
  copyOurs(ours);
  linkTo(ours, [...Object.keys(ourDependencies()), '@opentelemetry/api']);
  const [app, domain] = ['app', 'domain'].map((name) => join(folder, 'packages', name)) as [string, string];
  link(join(app, 'node_modules', packageName), join(ours, 'node_modules', packageName));
  link(join(app, 'node_modules/@shop/domain'), domain);
  for (const name of ['eventsource', '@event-driven-io/emmett'])
    link(join(domain, 'node_modules', name), join(folder, 'packages', name));
  linkTo(
    domain,
    INSTALLED.filter((name) => !name.startsWith('@opentelemetry/')),
  );
  // Whoever weaves by hand names ours.
  link(join(domain, 'node_modules', packageName), join(ours, 'node_modules', packageName));
  linkTo(join(folder, 'packages', LIBRARIES.emmett), neededByEmmett());
}

const PRESERVING = ['--preserve-symlinks', '--preserve-symlinks-main'];

describe('an application of a monorepo', function () {
  this.timeout(120_000);

  for (const [layout, layOut, runs] of [
    // pnpm's layout cannot be used without following links.
    ['npm', layOutAsNpm, { 20: [], 24: PRESERVING }],
    ['pnpm', layOutAsPnpm, { 20: [], 24: [] }],
  ] as const) {
    describe(`laid out as ${layout} does it`, () => {
      let folder: string;
      let remove: () => void;
      before(() => {
        ({ folder, remove } = applicationWith(files));
        addLibraries(folder);
        layOut(folder);
      });
      after(() => remove());

      for (const [major, flags] of Object.entries(runs)) {
        const title = ['Node', major, ...flags].join(' ');
        it(`gives the spans of its domain, preloaded and woven by hand, imported and required (${title})`, async function () {
          const node = nodeBinary(this, major);
          const byHand = '@shop/domain/by-hand';
          for (const [preloads, domains] of [
            [
              ['--import', `${packageName}/register`],
              ['@shop/domain', byHand],
            ],
            [[], [byHand]],
          ] as const) {
            const file = join(folder, 'spans.jsonl');
            writeFileSync(file, '');
            const imported = [...preloads, '--import', preloadFile('record-spans')];
            const { stderr, code } = await runNode({
              node,
              args: ['--no-warnings', ...flags, ...imported, 'main.mjs', ...domains],
              cwd: join(folder, 'packages/app'),
              env: { SPANS_FILE: file },
            });
            assert.deepEqual([stderr, code], ['', 0]);
            const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
            const names = lines.map((line) => (JSON.parse(line) as RecordedSpan).name);
            const works = Array(2 * domains.length)
              .fill(SPANS)
              .flat();
            assert.deepEqual(names.sort(), works.sort());
          }
        });
      }
    });
  }
});
