// SPDX-License-Identifier: Apache-2.0
// A class of the library that nobody has decided upon would go unnoticed: it has no row that could fail.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { library } from '../../../src/libraries/eventsource/index.js';
import { untraced } from '../../../src/libraries/eventsource/untraced.js';
import { root } from '../../../testkit/child.js';
import { subPaths } from '../../../testkit/whole-library.js';

const named = new Set<string>(library.aspects.map(({ target }) => target));

describe('the public classes of the library', () => {
  let classes: ReadonlySet<string>;
  before(async () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'node_modules/eventsource/package.json'), 'utf8'));
    const entryPoints = Object.keys(exports).filter((path) => path !== './package.json');
    assert.deepEqual(entryPoints, ['.', ...subPaths.map((path) => `./${path}`)]);
    const modules = await Promise.all(entryPoints.map((path) => import(`eventsource${path.slice(1)}`)));
    classes = new Set(
      modules.flatMap((exported) => Object.keys(exported).filter((name) => isComponent(exported[name]))),
    );
    assert.ok(classes.size > 50, `${classes.size} classes`);
  });

  it('are each in a table or on the list of those that are not', () => {
    assert.deepEqual(undecided(classes, named), []);
  });

  it('are told when one of them is in neither', () => {
    const without = new Set([...named].filter((name) => name !== 'LiveRunner'));
    assert.deepEqual(undecided(classes, without), ['LiveRunner']);
  });

  it('are not on that list when they are in a table, nor when they are no longer there', () => {
    assert.deepEqual(
      Object.keys(untraced).filter((name) => named.has(name) || !classes.has(name)),
      [],
    );
  });
});

function undecided(classes: ReadonlySet<string>, named: ReadonlySet<string>): string[] {
  return [...classes].filter((name) => !named.has(name) && !Object.hasOwn(untraced, name));
}

/** A class, whose `prototype` is read-only, and no error. */
function isComponent(exported: unknown): boolean {
  if (typeof exported !== 'function' || exported.prototype instanceof Error) return false;
  return Object.getOwnPropertyDescriptor(exported, 'prototype')?.writable === false;
}
