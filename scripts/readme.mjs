#!/usr/bin/env node
// Renews what the README shows of real runs: the traces of the demo and the table of the quick bench. The span table has a
// command of its own, which can also check it.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renewBlocks } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const run = (...command) => execFileSync(process.execPath, command, { cwd: root, encoding: 'utf8' });

/** The first traces of the demo: a save with its append, dispatch and handlers, and a load with snapshot. */
function traces() {
  const lines = run('scripts/demo.mjs').split('\n');
  const begin = lines.findIndex((line) => / spans in \d+ traces:/.test(line)) + 2;
  const shown = lines.slice(begin);
  return [
    '```',
    ...shown.slice(
      0,
      shown.findIndex((line) => line.startsWith('…')),
    ),
    '```',
  ].join('\n');
}

function bench() {
  const lines = run('dist/bench/run.js', '--quick').trim().split('\n');
  return [...lines.filter((line) => line.startsWith('|')), '', lines.find((line) => line.startsWith('Node'))].join(
    '\n',
  );
}

renewBlocks(join(root, 'README.md'), 'readme', { demo: traces(), bench: bench() });
