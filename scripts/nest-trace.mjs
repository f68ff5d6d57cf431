#!/usr/bin/env node
// Writes into docs/nestjs-cqrs.md what the application `orders` of the tests shows, as it was recorded and as a test compares it.
// `--check` only says whether that is so.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceBlock } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'docs/nestjs-cqrs.md');
const recorded = join(root, 'test/libraries/nestjs-cqrs/expected/orders.json');

const LEFT_OUT = ['eventsource.error.type', 'save.success', 'eventsource.handler.success'];

const describe = ({ name, attributes = {}, failed, links }) =>
  [
    name,
    ...Object.entries(attributes)
      .filter(([key]) => !LEFT_OUT.includes(key))
      .map(([key, value]) => `${key.replace(/^eventsource\./, '')}=${value}`),
    ...(failed === undefined ? [] : [`ERROR ${failed}`]),
    ...(links === undefined ? [] : [`linked to ${links.join(', ')}`]),
  ].join('  ');

const draw = (trees, stem = '') =>
  trees.flatMap((tree, index) => {
    const isLast = index === trees.length - 1;
    const below = draw(tree.children ?? [], stem + (isLast ? '   ' : '│  '));
    return [`${stem}${isLast ? '└─ ' : '├─ '}${describe(tree)}`, ...below];
  });

const drawing = JSON.parse(readFileSync(recorded, 'utf8')).flatMap((tree) => [
  describe(tree),
  ...draw(tree.children ?? []),
]);
const written = readFileSync(page, 'utf8');
const renewed = replaceBlock(written, 'nest-trace', ['```', ...drawing, '```'].join('\n'));
if (!process.argv.includes('--check')) writeFileSync(page, renewed);
else if (renewed !== written) {
  console.error('The traces of docs/nestjs-cqrs.md are stale: npm run nest-trace');
  process.exitCode = 1;
}
