// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConfig } from '../../src/config.js';
import { allLibraries } from '../../src/libraries/all.js';
import { catalogue, importTables, type LibraryEntry } from '../../src/libraries/index.js';
import { isAtOrAbove } from '../../src/log-levels.js';
import { loggersOf } from '../../src/weaving/every-row.js';
import { root } from '../../testkit/child.js';

describe('the catalogue of libraries', () => {
  const entries: readonly LibraryEntry[] = catalogue;

  for (const entry of entries) {
    it(`says of ${entry.key} before its tables are loaded what they say themselves`, () => {
      const { key, packages, yieldsTo = [], families, options = {}, aspects } = entry.load();
      assert.deepEqual(
        [key, packages.map(({ name }) => name), packages.flatMap(({ name, constants }) => (constants ? [name] : []))],
        [entry.key, entry.packages, entry.constants ?? []],
      );
      assert.deepEqual(yieldsTo, entry.yieldsTo ?? []);
      assert.deepEqual([Object.keys(families), options], [entry.families, entry.options ?? {}]);
      const { loggers = [] } = entry;
      const written = loggersOf(aspects);
      if (typeof loggers === 'string') assert.ok(written.every((logger) => isAtOrAbove(loggers, logger)));
      else assert.deepEqual(written, loggers);
    });
  }

  it('is what the page of configuration says, library by library', () => {
    const lines = readFileSync(join(root, 'docs/configuration.md'), 'utf8').split('\n');
    const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');
    for (const { key, families, options = {} } of entries) {
      const defaults = Object.entries(options).map(([name, value]) => `\`${name}\` (\`${value}\`)`);
      const cells = [code([key]), code(families), defaults.join(', ')];
      const row = `| ${cells.join(' | ')} |`;
      assert.ok(lines.includes(row), row);
    }
  });

  it('has the same libraries as those that are woven by hand', () => {
    assert.deepEqual(
      allLibraries,
      entries.map((entry) => entry.load()),
    );
  });

  it('has of eventsource the names that the configuration takes for it by default', () => {
    const entry = entries.find(({ key }) => key === 'eventsource');
    assert.deepEqual(resolveConfig({}, {}, assert.fail).moduleNames, entry?.packages);
  });

  it('has the same tables when they are imported beforehand', async () => {
    const required = entries.map((entry) => entry.load());
    await importTables();
    assert.deepEqual(
      entries.map((entry, index) => entry.load() === required[index]),
      entries.map(() => true),
    );
  });
});
