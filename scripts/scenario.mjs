#!/usr/bin/env node
// Runs one golden scenario under the preload and prints its result as JSON, with nothing else on standard output:
//   npm run -s scenario -- FILE.json
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: npm run -s scenario -- FILE.json');
  process.exit(2);
}

// npm changes the working directory to the package's own; the file is where the caller stands.
const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
run(['scripts/build.mjs', '--if-stale'], 2);
run(['--import', './register', 'dist/testkit/scenario/run-scenario.js', path], 'inherit');

function run(args, stdout) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'] });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}
