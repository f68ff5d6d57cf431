// SPDX-License-Identifier: Apache-2.0
// The target has never heard of telemetry, and what runs under its name is what its source says.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, root } from '../../testkit/child.js';

const target = join(root, 'fixtures/eventsource');
const copy = join(root, 'node_modules/eventsource');

describe('the source of the target', () => {
  const source = filesBelow(join(target, 'src'));
  const all = [...source, ...filesBelow(join(target, 'test')), 'package.json'];
  for (const [word, files] of [
    [/diagnostics_channel/, all],
    [/Symbol\.for\b/, all],
    [/opentelemetry/i, all],
    [/\botel\b|traceparent|tracestate/i, source],
  ] as const) {
    it(`has nothing that matches ${word.source}`, () => {
      const guilty = files.filter((file) => word.test(readFileSync(join(target, file), 'utf8')));
      assert.ok(files.length > 100);
      assert.deepEqual(guilty, []);
    });
  }

  function filesBelow(folder: string): string[] {
    return relativeFiles(folder).map((file) => join(folder, file).slice(target.length + 1));
  }
});

describe('the copy of the target under node_modules', () => {
  it('is the build of the source as it is now', () => {
    assert.deepEqual(staleFiles(target, copy), [], 'stale: npm run build');
  });

  const files = {
    'target/package.json': '{}',
    'target/src/index.ts': 'export const one = 1;',
    'target/dist/index.js': 'export const one = 1;',
    'target/dist/index.d.ts': '',
    'copy/package.json': '{}',
    'copy/dist/index.js': 'export const one = 1;',
    'copy/dist/index.d.ts': '',
  };
  for (const [what, changed, stale] of [
    ['another source', { 'target/src/other.ts': '' }, ['dist/other.js is missing']],
    ['another file', { 'copy/dist/left-over.js': '' }, ['dist/left-over.js: the copy differs']],
    ['another text', { 'copy/dist/index.js': 'export const one = 2;' }, ['dist/index.js: the copy differs']],
    ['another manifest', { 'copy/package.json': '{ }' }, ['package.json: the copy differs']],
  ] as const) {
    it(`is called stale for ${what}`, () => {
      const { folder, remove } = applicationWith({ ...files, ...changed });
      try {
        assert.deepEqual(staleFiles(join(folder, 'target'), join(folder, 'copy')), stale);
      } finally {
        remove();
      }
    });
  }
});

/** What of the copy is not the build of the source. */
function staleFiles(from: string, to: string): string[] {
  const built = (source: string) => `dist/${source.replace(/\.ts$/, '.js')}`;
  const sources = relativeFiles(join(from, 'src')).map((source) => {
    const output = join(from, built(source));
    if (!existsSync(output)) return `${built(source)} is missing`;
    const isOlder = statSync(output).mtimeMs < statSync(join(from, 'src', source)).mtimeMs;
    return isOlder ? `${built(source)} is older than src/${source}` : undefined;
  });
  const copied = new Set([
    'package.json',
    ...[from, to].flatMap((side) => relativeFiles(join(side, 'dist')).map((file) => `dist/${file}`)),
  ]);
  const differing = [...copied].map((file) =>
    textOf(join(from, file)) === textOf(join(to, file)) ? undefined : `${file}: the copy differs`,
  );
  return [...sources, ...differing].filter((line) => line !== undefined);
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function relativeFiles(folder: string, path = ''): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    return entry.isDirectory() ? relativeFiles(folder, below) : [below];
  });
}
