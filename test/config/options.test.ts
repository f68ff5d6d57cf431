// SPDX-License-Identifier: Apache-2.0
// The list of options is whole: nothing is read that it does not name, nothing is named that is not read, and the documents have it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ResolvedConfig, resolveConfig, resolveSdkOptions } from '../../src/config.js';
import { type Option, options, sdkOptions, variablesOfOthers } from '../../src/options.js';
import { PREFIX } from '../../src/settings.js';
import { tablesOf } from '../../src/tables/load.js';
import { applicationWith, root, runNode } from '../../testkit/child.js';

const all: readonly (readonly [string, Option])[] = [...Object.entries(options), ...Object.entries(sdkOptions)];

/** The names that are looked up in an environment where nothing is set. */
function namesRead(): string[] {
  const names = new Set<string>();
  const env = new Proxy<Record<string, string | undefined>>({}, { get: (_, name) => void names.add(String(name)) });
  resolveConfig({}, env, assert.fail);
  resolveSdkOptions(env, assert.fail);
  tablesOf(env, assert.fail);
  return [...names].sort();
}

describe('the list of options', () => {
  it('has every variable that is read, and no other', () => {
    const variables = all.flatMap(([, { variable }]) => (variable === undefined ? [] : [PREFIX + variable]));
    assert.deepEqual(namesRead(), [...variables, ...Object.keys(variablesOfOthers)].sort());
  });

  it('has every option that is read, and no other', () => {
    const read = new Set<string>();
    resolveConfig(new Proxy({}, { get: (_, name) => void read.add(String(name)) }), {}, assert.fail);
    assert.deepEqual([...read].sort(), Object.keys(options).sort());
  });

  it('has the defaults that hold', () => {
    const resolved: Partial<ResolvedConfig> = resolveConfig({}, {}, assert.fail);
    for (const [name, { reading, fallback }] of Object.entries(options) as [keyof ResolvedConfig, Option][]) {
      if (reading !== undefined) assert.deepEqual(resolved[name], fallback, name);
    }
    assert.deepEqual(resolved.families, options.families.fallback);
    assert.deepEqual(resolved.logLevels, { default: options.logLevel.fallback });
    const defaults = Object.entries(sdkOptions).map(([name, { fallback }]) => [name, fallback]);
    assert.deepEqual(resolveSdkOptions({}, assert.fail), Object.fromEntries(defaults));
  });

  it('has the defaults that the types say', () => {
    const source = readFileSync(join(root, 'src/options.ts'), 'utf8');
    const said = [...source.matchAll(/@default (\S.*?)(?: \*\/)?\n(?: {3}\*\/\n)? {2}readonly (\w+)\?/g)].map(
      ([, value = '', name = '']) => [name, value.replaceAll("'", '"')],
    );
    const defaults = Object.entries(options)
      .filter(([name, option]) => 'reading' in option && name !== 'enabled')
      .map(([name, { fallback }]) => [name, JSON.stringify(fallback).replaceAll(',', ', ')]);
    const single = said.filter(([name]) => defaults.some(([other]) => other === name));
    assert.deepEqual(single, defaults);
  });

  it('says of each what is accepted and what it does', () => {
    for (const [name, { reading, accepted, does }] of all) {
      assert.ok((accepted ?? reading?.accepted ?? '') !== '' && does !== '', name);
    }
  });
});

describe('the tables of options', () => {
  const documents = ['docs/configuration.md', 'README.md'].map((name) => join(root, name));
  const check = (files: readonly string[]) =>
    runNode({ args: [join(root, 'scripts/option-table.mjs'), '--check', ...files] });

  it('are those of the list', async () => {
    const { stderr, code } = await check(documents);
    assert.deepEqual([stderr, code], ['', 0]);
  });

  it('are called stale when an option, a variable or a default is missing', async () => {
    const [page = '', readme = ''] = documents.map((file) => readFileSync(file, 'utf8'));
    const stale = [
      page.replace(/^\| `logSink`.*\n/m, ''),
      page.replace('| `FLUSH_TIMEOUT` |', '| |'),
      page.replace('`60000`', ''),
    ];
    for (const each of stale) {
      assert.notEqual(each, page);
      const { folder, remove } = applicationWith({ 'configuration.md': each, 'README.md': readme });
      try {
        const { stderr, code } = await check([join(folder, 'configuration.md'), join(folder, 'README.md')]);
        assert.deepEqual([stderr, code], ['configuration.md is stale: npm run option-table\n', 1]);
      } finally {
        remove();
      }
    }
  });
});
