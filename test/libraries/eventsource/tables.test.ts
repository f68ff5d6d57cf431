// SPDX-License-Identifier: Apache-2.0
// The tables against the target, the guide and its reference: a method that was renamed, a row that was forgotten.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { families } from '../../../src/config.js';
import * as attributes from '../../../src/conventions/attributes.js';
import { library } from '../../../src/libraries/eventsource/index.js';
import type { Call, Row } from '../../../src/weaving/aspect.js';
import { applicationWith, root, runNode, usePackages } from '../../../testkit/child.js';
import { subPaths } from '../../../testkit/whole-library.js';
import { classesMeant, guideRows, standardAttributes } from './guide.js';

const rowsOf = (target: string) =>
  library.aspects.filter((aspect) => aspect.target === target).flatMap(({ methods = {} }) => Object.entries(methods));

describe('the pointcut tables', () => {
  it('have no row whose method and no aspect whose class the library lacks', async () => {
    const { folder, remove } = applicationWith({
      'main.mjs': `
        ${subPaths.map((path) => `import * as ${path} from 'eventsource/${path}';`).join('\n')}
        import { weave } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
        console.log(JSON.stringify(weave(Object.assign({}, ${subPaths.join(', ')}))));
      `,
    });
    try {
      usePackages(folder, 'eventsource');
      const { stdout, stderr } = await runNode({ args: ['main.mjs'], cwd: folder });
      assert.equal(stderr, '');
      const { methods, otherShapes, absent } = JSON.parse(stdout);
      assert.deepEqual({ otherShapes, absent }, { otherShapes: [], absent: [] });
      const rows = library.aspects.flatMap(({ target, methods = {} }) =>
        Object.keys(methods).map((name) => `${target}.${name}`),
      );
      // Never `known`: then two rows would be of one inherited method, and the first would name the spans of both.
      const replaced = library.aspects.flatMap(({ target, subclasses }) => (subclasses === undefined ? [] : [target]));
      assert.deepEqual(methods, Object.fromEntries([...rows, ...replaced].map((row) => [row, 'woven'])));
    } finally {
      remove();
    }
  });

  it('put every row into a family that can be switched, and no two rows on one method', () => {
    assert.deepEqual(
      library.aspects.map(({ family }) => family).filter((family) => !Object.hasOwn(library.families, family)),
      [],
    );
    const rows = library.aspects.flatMap(({ target, methods = {} }) =>
      Object.keys(methods).map((name) => `${target}.${name}`),
    );
    assert.deepEqual(rows.length, new Set(rows).size);
    for (const family of families)
      assert.ok(
        library.aspects.some((aspect) => aspect.family === family),
        family,
      );
  });

  it('have no row that does nothing', () => {
    for (const { target, methods, subclasses } of library.aspects) {
      for (const [name, { span, context, hands, reaches, metrics, logs, life }] of Object.entries({
        ...methods,
        ...subclasses,
      })) {
        assert.notEqual(span ?? context ?? hands ?? reaches ?? metrics ?? logs ?? life, undefined, `${target}.${name}`);
      }
    }
  });
});

describe('the pointcut tables, against the guide,', () => {
  for (const [component, names] of Object.entries(guideRows)) {
    for (const classes of classesMeant[component] ?? [[component]]) {
      it(`have a row for each span that it lists of ${classes[0]}`, () => {
        const woven = classes.flatMap((name) => rowsOf(name).map(([, row]) => spanOf(row)));
        assert.deepEqual(
          names.filter((name) => !woven.includes(name)),
          [],
        );
      });
    }
  }

  it('are compared with all of its 75 rows', () => assert.equal(Object.values(guideRows).flat().length, 75));
});

describe('the attribute constants', () => {
  it('are 31 of the guide and 3 of the library, and no others', () => {
    assert.equal(Object.keys(attributes).length, 34);
    assert.deepEqual({ ...attributes }, standardAttributes);
  });

  it('import nothing', () => {
    const text = readFileSync(join(root, 'dist/src/conventions/attributes.js'), 'utf8');
    assert.doesNotMatch(text, /\bimport\b|\brequire\b/);
  });
});

/** The name as the guide writes it; what changes from call to call in braces. */
function spanOf({ span }: Row): string | undefined {
  if (typeof span !== 'function') return span;
  const message = { headers: { event_type: '{event_type}' } };
  const any = { args: [{ eventType: '{event_type}', name: '{handler}', message }] };
  return (span as unknown as (call: Pick<Call, 'args'>) => string)(any);
}
