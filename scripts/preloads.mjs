#!/usr/bin/env node
// Every way to preload ours on every kind of Node.js that loads modules differently, as a table. Takes some minutes.
// Usage: node scripts/preloads.mjs [version …]
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cells, openMatrix, preloads } from '../dist/testkit/preload-matrix.js';

const ALL = '20.19.0 20.20.2 22.12.0 22.15.0 22.18.0 22.22.2 22.23.3 24.0.0 24.11.0 24.11.1 24.21.0 26'.split(' ');
const LIMIT_MILLIS = 60_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [, , ...chosen] = process.argv;
const versions = chosen.length > 0 ? chosen : ALL;
const { faultOf, remove } = openMatrix();
const faults = [];
const widest = Math.max(...Object.keys(preloads).map((name) => name.length));
const columns = [...new Set(cells.map((cell) => column(cell)))];

try {
  for (const version of versions) {
    const node = binary(version);
    console.log(`\nNode ${version}`);
    console.log(''.padEnd(widest), ...columns.map((name) => name.padEnd(33)));
    for (const preload of Object.keys(preloads)) {
      process.stdout.write(preload.padEnd(widest));
      for (const cell of cells.filter((each) => each.preload === preload)) {
        const fault = await faultOf(node, cell, LIMIT_MILLIS);
        process.stdout.write(` ${(fault === undefined ? 'ok' : 'FAILS').padEnd(33)}`);
        if (fault !== undefined) faults.push(`Node ${version}, ${preload}, ${column(cell)}: ${fault}`);
      }
      process.stdout.write('\n');
    }
  }
} finally {
  remove();
}
console.log(`\n${versions.length * cells.length} cells, ${faults.length} fail`);
for (const fault of faults) console.log(`  ${fault}`);
if (faults.length > 0) process.exitCode = 1;

function column({ application, neighbour }) {
  return `${application} ${neighbour}`;
}

function binary(version) {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts/node-versions.mjs'), version], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(1);
  return stdout.trim();
}
