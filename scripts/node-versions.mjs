#!/usr/bin/env node
// Installs another Node.js for the cross-version tests into .cache/node/<major> (newest of that major, from the npm package
// `node`) unless it is there, and prints the path of its binary. Usage: node scripts/node-versions.mjs [major, default 24]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const major = process.argv[2] ?? '24';
const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache/node', major);
const platform = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

if (!/^\d+$/.test(major)) fail(`not a major version: ${major}`);
const binary = installed() ?? install();
console.log(binary);

function install() {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  // The platform's package holds the bare binary: unlike `node` it needs no install script, which npm may refuse to run.
  for (const name of [platform, 'node']) {
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${major}`];
    spawnSync('npm', args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
    const found = installed();
    if (found !== undefined) return found;
  }
  return fail(`could not install Node.js ${major} into ${folder}`);
}

function installed() {
  return [platform, 'node']
    .flatMap((name) => ['bin/node', 'bin/node.exe'].map((file) => join(folder, 'node_modules', name, file)))
    .find((path) => existsSync(path) && spawnSync(path, ['--version']).stdout?.toString().startsWith(`v${major}.`));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
