// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../testkit/child.js';

describe('the package that npm packs', () => {
  let files: ReadonlySet<string>;

  before(function () {
    this.timeout(120_000);
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const { stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
    const packed: { readonly files: readonly { readonly path: string }[] }[] = Object.values(
      JSON.parse(stdout || '[]'),
    );
    assert.ok(packed[0], stderr);
    files = new Set(packed[0].files.map(({ path }) => path));
  });

  it('has whatever its package.json names', () => {
    const { main, types, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = [main, types, ...targets(exports)].map((path) => path.replace('./', ''));
    assert.deepEqual(
      named.filter((path) => !files.has(path)),
      [],
    );
    assert.ok(named.length > 10);
  });

  it('has the source of each source map', () => {
    const maps = [...files].filter((path) => path.endsWith('.map'));
    const missing = maps.flatMap((map) => {
      const { sources } = JSON.parse(readFileSync(join(root, map), 'utf8'));
      return (sources as string[]).map((source) => join(map, '..', source)).filter((source) => !files.has(source));
    });
    assert.deepEqual(missing, []);
    assert.ok(maps.length > 50);
  });

  it('has a map for each file that asks for one', () => {
    const asking = [...files].filter(
      (path) => /\.[cm]?js$/.test(path) && readFileSync(join(root, path), 'utf8').includes('//# sourceMappingURL='),
    );
    assert.deepEqual(
      asking.filter((path) => !files.has(`${path}.map`)),
      [],
    );
  });
});

function targets(exports: unknown): string[] {
  if (typeof exports === 'string') return [exports];
  return typeof exports === 'object' && exports !== null ? Object.values(exports).flatMap(targets) : [];
}
