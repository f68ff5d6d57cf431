// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { resolveConfig } from '../../src/config.js';
import { catalogue, importTables, type LibraryEntry } from '../../src/libraries/index.js';
import { isAtOrAbove } from '../../src/log-levels.js';
import { loggersOf } from '../../src/weaving/every-row.js';

describe('the catalogue of libraries', () => {
  const entries: readonly LibraryEntry[] = catalogue;

  for (const entry of entries) {
    it(`says of ${entry.key} before its tables are loaded what they say themselves`, () => {
      const { key, packages, yieldsTo = [], aspects } = entry.load();
      assert.deepEqual(
        [key, packages.map(({ name }) => name), packages.flatMap(({ name, constants }) => (constants ? [name] : []))],
        [entry.key, entry.packages, entry.constants ?? []],
      );
      assert.deepEqual(yieldsTo, entry.yieldsTo ?? []);
      for (const logger of loggersOf(aspects)) assert.ok(isAtOrAbove(entry.loggers ?? '', logger), logger);
    });
  }

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
