#!/usr/bin/env node
// The applications of testkit/neighbours beside each vendor that is listed there, on each Node.js that it is for, in both formats and orders,
// as a table. Needs PostgreSQL, and at the first time some minutes to install the vendors into .cache/neighbours.
// Usage: node scripts/neighbours.mjs [key of a vendor …]
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTables, openNeighbourhood, orders } from '../dist/testkit/neighbours/matrix.js';
import { formats, vendors } from '../dist/testkit/neighbours/vendors.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [, , ...chosen] = process.argv;
const unknown = chosen.filter((name) => !vendors.some(({ key }) => key === name));
if (unknown.length > 0) {
  console.error(`There is no vendor ${unknown.join(', ')}; there are ${vendors.map(({ key }) => key).join(', ')}`);
  process.exit(1);
}
const faults = [];
let cells = 0;

const tables = await createTables();
try {
  for (const vendor of vendors.filter(({ key }) => chosen.length === 0 || chosen.includes(key))) {
    const { faultOf, remove } = openNeighbourhood(vendor);
    try {
      for (const version of vendor.nodes) await runOn(version, vendor, faultOf);
    } finally {
      remove();
    }
  }
} finally {
  await tables.drop();
}
console.log(`\n${cells} cells, ${faults.length} fail`);
for (const fault of faults) console.log(`  ${fault}`);
if (faults.length > 0) process.exitCode = 1;

async function runOn(version, { key, main, packages }, faultOf) {
  const node = binary(String(version));
  process.stdout.write(`${`${main} ${packages[main]}`.padEnd(56)} ${key.padEnd(26)} Node ${version} `);
  for (const format of formats) {
    for (const order of orders) {
      const fault = await faultOf(node, format, order);
      cells++;
      process.stdout.write(`  ${format} ${order} ${fault === undefined ? 'ok' : 'FAILS'}`);
      if (fault !== undefined) faults.push(`${key}, Node ${version}, ${format}, ours ${order} theirs: ${fault}`);
    }
  }
  process.stdout.write('\n');
}

function binary(version) {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts/node-versions.mjs'), version], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(1);
  return stdout.trim();
}
