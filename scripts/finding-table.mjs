#!/usr/bin/env node
// Writes the table of findings into docs/doctor.md, from the list that the doctor goes through. `--check` writes nothing and fails
// when the page is stale.
//   node scripts/finding-table.mjs [--check] [docs/doctor.md]
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { code, replaceBlock } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [page = join(root, 'docs/doctor.md')] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const { findings } = await import(join(root, 'dist/src/cli/findings/index.js'));

const rows = Object.entries(findings).map(
  ([id, { weight, when, remedy }]) =>
    `| ${[code(id), weight, when, remedy].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
);
const table = ['| finding | weight | when | what to do |', '|---|---|---|---|', ...rows].join('\n');

const written = readFileSync(page, 'utf8');
const renewed = replaceBlock(written, 'findings', table);
if (!process.argv.includes('--check')) writeFileSync(page, renewed);
else if (renewed !== written) {
  console.error('The findings in docs/doctor.md are stale: npm run finding-table');
  process.exitCode = 1;
}
