#!/usr/bin/env node
// Writes the table of findings into docs/doctor.md, from the list that the doctor goes through. `--check` writes nothing and fails
// when the page is stale.
//   node scripts/finding-table.mjs [--check] [docs/doctor.md]
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { code, documentsOr, renewBlocks } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [page] = documentsOr(join(root, 'docs/doctor.md'));
const { findings } = await import(join(root, 'dist/src/cli/findings/index.js'));

const rows = Object.entries(findings).map(
  ([id, { weight, when, remedy }]) =>
    `| ${[code(id), weight, when, remedy].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
);
const table = ['| finding | weight | when | what to do |', '|---|---|---|---|', ...rows].join('\n');

renewBlocks(page, 'finding-table', { findings: table });
