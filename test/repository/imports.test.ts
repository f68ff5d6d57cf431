// SPDX-License-Identifier: Apache-2.0
// The arrows between the folders: what more than tests need is in testkit/, and nobody but a test needs a test.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from '../../testkit/child.js';

/** Each folder with those that none of its files may reach into. `testkit/servers.ts` reads the list of the library's tests. */
const barred: Readonly<Record<string, readonly string[]>> = {
  src: ['test', 'testkit', 'bench', 'scripts', 'fixtures'],
  testkit: ['test', 'bench', 'scripts'],
  bench: ['test', 'scripts', 'fixtures/eventsource'],
  scripts: ['test', 'fixtures/eventsource'],
  fixtures: ['src', 'test', 'testkit', 'bench', 'scripts'],
};

describe('imports between the folders of this repository', () => {
  for (const [folder, others] of Object.entries(barred)) {
    it(`lead from ${folder}/ to none of ${others.join(', ')}`, () => {
      const imports = sourcesIn(join(root, folder)).flatMap(importsOf);
      assert.notEqual(imports.length, 0);
      assert.deepEqual(
        imports.filter(({ to }) => others.some((other) => to.startsWith(`${other}/`))),
        [],
      );
    });
  }

  it('lead from src/ to no module of Node that others trace once it is imported', () => {
    const traced = /^import (?!type\b)[^;]*'node:(?:net|tls|https?|dns|child_process)(?:\/[a-z]+)?';$/m;
    assert.match("import { Server } from 'node:net';", traced);
    // Loaded where nobody can see it; a test beside that of its folder says so.
    const unseen = join(root, 'src/doors/builtin-net.ts');
    const sources = sourcesIn(join(root, 'src')).filter((file) => file !== unseen);
    const found = sources.filter((file) => traced.test(readFileSync(file, 'utf8')));
    assert.deepEqual(found, []);
  });

  it('lead from src/ to no part of the API that would miss what an older copy of it has registered', () => {
    const reading = /^import (?!type\b)[^;]*(?<!type )\b(?:context|propagation|diag)\b[^;]*'@opentelemetry\/api';$/m;
    assert.match("import { type Context, context } from '@opentelemetry/api';", reading);
    const found = sourcesIn(join(root, 'src')).filter((file) => reading.test(readFileSync(file, 'utf8')));
    // It hands a whole copy of the API to the SDK that waits.
    assert.deepEqual(
      found.map((file) => relative(root, file)),
      ['src/sdk/shared.ts'],
    );
  });

  it('are seen whether they are written with from, import() or a path into dist/', () => {
    const text = `
      import a from '../test/a.js';
      export type { B } from '../test/b.js';
      const c = await import('../dist/test/c.js');
      run(['dist/test/d.js']);
      import './kept.js';
    `;
    assert.deepEqual(
      importsIn(text, join(root, 'bench/x.ts')).map(({ to }) => to),
      ['test/a.js', 'test/b.js', 'test/c.js', 'bench/kept.js', 'test/d.js'],
    );
  });
});

interface Import {
  readonly file: string;
  readonly to: string;
}

function importsOf(file: string): Import[] {
  return importsIn(readFileSync(file, 'utf8'), file);
}

/** Imports of files of the repository, by path in it; compiled files count as their sources. */
function importsIn(text: string, file: string): Import[] {
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]*)['"]/g)].map(([, path = '']) =>
    join(dirname(file), path),
  );
  const paths = [...text.matchAll(/['"`](dist\/[^'"`*]*\.js)['"`]/g)].map(([, path = '']) => join(root, path));
  return [...specifiers, ...paths].map((path) => ({
    file: relative(root, file),
    to: relative(root, path).replace(/^dist\//, ''),
  }));
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', 'dist-test'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(path);
    return /\.(?:ts|mjs)$/.test(entry.name) ? [path] : [];
  });
}
