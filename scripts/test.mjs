#!/usr/bin/env node
// Builds, and runs the tests of the library in fixtures/eventsource and those of this package: all of them, whatever the first say.
//   npm test            what needs Node.js alone, and the servers whose variables name an address
//   npm run test:all    all of it: Redis, RabbitMQ, Kafka, PostgreSQL, the programs of the back ends and the other versions of
//                       Node.js must be there
// What follows `--` goes to mocha for the tests of this package.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const mocha = require.resolve('mocha/bin/mocha.js');
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
const target = join(root, 'fixtures/eventsource');

const [first, ...rest] = process.argv.slice(2);
const isAll = first === '--all';
const options = isAll ? rest : process.argv.slice(2);
const env = { ...process.env, ...(isAll ? { REQUIRE_ALL: '1' } : {}) };

if (!succeeds([join(root, 'scripts/build.mjs')], root)) process.exit(1);

// Most tests wait for processes of their own, so files run side by side. Those of services share servers and back ends.
const sideBySide = ['--parallel', '--jobs', String(Math.max(2, availableParallelism()))];
const services = 'dist/test/services/*.test.js';
const parts = {
  'the library in fixtures/eventsource': () =>
    succeeds([tsc, '-p', 'tsconfig.test.json'], target) && succeeds([mocha, 'dist-test/**/*.test.js'], target),
  'this package': () =>
    succeeds([mocha, ...sideBySide, ...options, '--ignore', services, 'dist/test/**/*.test.js'], root),
  'this package with services': () => succeeds([mocha, ...options, services], root),
};
const failed = Object.entries(parts)
  .filter(([, part]) => !part())
  .map(([name]) => name);

const { isAskedFor, serverNames } = await import('../dist/testkit/servers.js');
const unused = isAll ? [] : serverNames.filter((name) => !isAskedFor(name));
if (unused.length > 0) {
  console.error(
    `NOT TESTED: anything on ${unused.join(', ')}, and what back ends of telemetry get. npm run services:start, ` +
      'npm run back-ends, then npm run test:all',
  );
}
for (const name of failed) console.error(`FAILED: the tests of ${name}`);
if (failed.length > 0) process.exitCode = 1;

function succeeds(args, cwd) {
  return spawnSync(process.execPath, args, { cwd, env, stdio: 'inherit' }).status === 0;
}
