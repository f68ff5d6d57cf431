#!/usr/bin/env node
// Installs other versions of Node.js for the cross-version tests into .cache/node/<version>, from the npm package `node`, unless
// they are there, and prints the paths of their binaries.
// Usage: node scripts/node-versions.mjs [version …, default 24]; 24 is the newest of that major, 22.12.0 that very one
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache/node');
const platform = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const [, , ...versions] = process.argv;

for (const version of versions.length > 0 ? versions : ['24']) {
  if (!/^\d+(?:\.\d+\.\d+)?$/.test(version)) fail(`neither a major version nor a whole one: ${version}`);
  console.log(installed(version) ?? install(version));
}

function install(version) {
  const folder = join(cache, version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  // The platform's package holds the bare binary: unlike `node` it needs no install script, which npm may refuse to run.
  for (const name of [platform, 'node']) {
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${version}`];
    spawnSync('npm', args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
    const found = installed(version);
    if (found !== undefined) return found;
  }
  return fail(`could not install Node.js ${version} into ${folder}`);
}

function installed(version) {
  const runs = (path) => `${spawnSync(path, ['--version']).stdout?.toString().trim()}.`.startsWith(`v${version}.`);
  return [platform, 'node']
    .flatMap((name) => ['bin/node', 'bin/node.exe'].map((file) => join(cache, version, 'node_modules', name, file)))
    .find((path) => existsSync(path) && runs(path));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
