#!/usr/bin/env node
// Builds the libraries that are instrumented, places real copies of them under node_modules (a linked package escapes loader
// hooks), then builds the package, and applications that have packages of their own. `--if-stale` does nothing when no source is newer than the last build.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Each with what belongs to its package, and a project for each of its builds. */
const libraries = {
  eventsource: {
    folder: 'fixtures/eventsource',
    parts: ['package.json', 'README.md', 'dist'],
    builds: { 'tsconfig.json': 'dist' },
  },
  'two-buses': {
    folder: 'fixtures/test-library',
    parts: ['package.json', 'dist'],
    builds: { 'tsconfig.json': 'dist/esm', 'tsconfig.cjs.json': 'dist/cjs' },
  },
};
/** Applications, built where their packages are found, each with a package that may be missing where it cannot be compiled. */
const applications = {
  'fixtures/nest-shop': undefined,
  'fixtures/emmett-shop': '@event-driven-io/emmett-sqlite',
};
const copyOf = (name) => join(root, 'node_modules', name);
const stamp = join(root, 'dist/.built');
const sources = [
  'register.ts',
  'register.cts',
  'src',
  'testkit',
  'test',
  'bench',
  'fixtures',
  'tsconfig.json',
  'tsconfig.base.json',
  'package-lock.json',
];

const onlyIfStale = process.argv.includes('--if-stale');

// An install of anything takes the copy away again.
const isStale = () =>
  Object.keys(libraries).some((name) => !existsSync(copyOf(name))) ||
  newest(sources.map((path) => join(root, path))) > modified(stamp);
if (!onlyIfStale || isStale()) build();

function build() {
  for (const [name, library] of Object.entries(libraries)) place(name, library);
  compile(join(root, 'tsconfig.json'), join(root, 'dist'));
  for (const [folder, needed] of Object.entries(applications)) {
    if (needed === undefined || existsSync(copyOf(needed))) {
      compile(join(root, folder, 'tsconfig.json'), join(root, folder, 'dist'));
    } else console.error(`${folder} is not built: ${needed} is not installed, since its driver could not be compiled`);
  }
  writeFileSync(stamp, '');
}

function place(name, { folder, parts, builds }) {
  const source = join(root, folder);
  const copy = copyOf(name);
  for (const [project, output] of Object.entries(builds)) {
    compile(join(source, project), join(source, output));
    // Node would take the `.js` files of this build for ES modules, as the package says.
    if (project.endsWith('.cjs.json')) writeFileSync(join(source, output, 'package.json'), '{ "type": "commonjs" }\n');
  }
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of parts) cpSync(join(source, part), join(copy, part), { recursive: true });
}

function compile(project, output) {
  // A stale build is renewed in place: somebody may be running what is there.
  if (!onlyIfStale) rmSync(output, { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [compiler(), '-p', project], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

function compiler() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  } catch {
    console.error('There is nothing to build with: run npm ci, without --omit=dev.');
    return process.exit(1);
  }
}

function newest(paths) {
  return paths.reduce((latest, path) => Math.max(latest, newestIn(path)), 0);
}

function newestIn(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return modified(path);
  return readdirSync(path)
    .filter((name) => !['node_modules', 'dist', 'dist-test'].includes(name))
    .reduce((latest, name) => Math.max(latest, newestIn(join(path, name))), modified(path));
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}
