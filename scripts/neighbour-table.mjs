#!/usr/bin/env node
// Writes the table of docs/neighbours.md from the vendors of testkit/neighbours, with the versions that `npm run test:neighbours` runs.
// `--check` writes nothing and fails when the page is stale.
//   node scripts/neighbour-table.mjs [--check] [docs/neighbours.md]
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentsOr, renewBlocks } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [page] = documentsOr(join(root, 'docs/neighbours.md'));
const { vendors } = await import(join(root, 'dist/testkit/neighbours/vendors.js'));

const rows = vendors.map(({ title, main, packages, set = '', nodes, takesOurs }) => {
  const theirs = 'as without us';
  const ours = takesOurs ? 'arrive, in its traces' : 'none: it takes none of the API';
  return `| ${[title, packages[main], set, nodes.join(', '), theirs, ours].join(' | ')} |`;
});
const table = [
  `| who | version | set to | Node.js | its spans, output and exit code | our spans |`,
  '|---|---|---|---|---|---|',
  ...rows,
].join('\n');

renewBlocks(page, 'neighbour-table', { neighbours: table });
