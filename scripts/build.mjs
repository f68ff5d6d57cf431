#!/usr/bin/env node
// Builds the target, places a real copy of it under node_modules (a linked package escapes loader hooks), then builds the
// package. `--if-stale` does nothing when no source is newer than the last build.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'fixtures/eventsource');
const copy = join(root, 'node_modules/eventsource');
const stamp = join(root, 'dist/.built');
const sources = [
  'register.ts',
  'register.cts',
  'src',
  'test',
  'bench',
  'fixtures',
  'tsconfig.json',
  'tsconfig.base.json',
  'package-lock.json',
];

const onlyIfStale = process.argv.includes('--if-stale');

// An install of anything takes the copy away again.
const isStale = () => !existsSync(copy) || newest(sources.map((path) => join(root, path))) > modified(stamp);
if (!onlyIfStale || isStale()) build();

function build() {
  compile(join(target, 'tsconfig.json'), join(target, 'dist'));
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of ['package.json', 'dist']) cpSync(join(target, part), join(copy, part), { recursive: true });
  compile(join(root, 'tsconfig.json'), join(root, 'dist'));
  writeFileSync(stamp, '');
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
