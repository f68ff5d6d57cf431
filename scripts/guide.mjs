#!/usr/bin/env node
// Writes into docs/guide.md what is not written there by hand: its code, which is that of the files in fixtures/guide, and its
// tables, which are those of the compiled sources. `--check` writes nothing and fails when the guide is stale.
//   node scripts/guide.mjs [--check] [docs/guide.md]
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tables } from './guide-tables.mjs';
import { documentsOr, renew } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'fixtures/guide');
const [page] = documentsOr(join(root, 'docs/guide.md'));
const LANGUAGES = { '.ts': 'ts', '.sh': 'sh', '.txt': 'text' };
/** A block, which may stand in a list, with what it holds now. */
const BLOCK = /^( *)<!-- (.+?):begin -->\n[\s\S]*?^\1<!-- \2:end -->$/gm;

const inserted = new Set();
renew(page, 'guide', (text) => {
  const renewed = text.replace(BLOCK, (_, indent, name) => {
    inserted.add(name);
    const lines = [`<!-- ${name}:begin -->`, ...contentOf(name), `<!-- ${name}:end -->`];
    return lines.map((line) => (line === '' ? '' : indent + line)).join('\n');
  });
  const forgotten = readdirSync(folder).filter((name) => /^\d/.test(name) && !inserted.has(name));
  if (forgotten.length > 0) throw new Error(`docs/guide.md has no block of ${forgotten.join(', ')}`);
  return renewed;
});

function contentOf(name) {
  const language = LANGUAGES[extname(name)];
  if (language !== undefined) return [`\`\`\`${language}`, ...readLines(join(folder, name)), '```'];
  const table = tables[name];
  if (table === undefined) throw new Error(`docs/guide.md has a block '${name}', of which nothing is known`);
  return table();
}

function readLines(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}
