// SPDX-License-Identifier: Apache-2.0
// Golden scenarios and the guide's tables were recorded elsewhere; tests run on the copies in this repository. Where what
// they were copied from stands beside the checkout, a copy that has fallen behind is named here.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { applicationWith, root } from '../../testkit/child.js';
import { guideAttributes, guideRows } from '../libraries/eventsource/guide.js';

const golden = resolve(process.env.GOLDEN_DIR || join(root, '../shared/golden'));
const reference = resolve(process.env.REFERENCE_DIR || join(root, '../shared/reference'));
const copies = join(root, 'test/golden/reference');

/** A folder that somebody names must be there. */
const isCompared = (variable: string, folder: string) => Boolean(process.env[variable]) || existsSync(folder);

describe('what was recorded elsewhere and copied to this repository', () => {
  if (isCompared('GOLDEN_DIR', golden)) {
    it(`has every golden scenario as in ${golden}`, () => assert.deepEqual(differing(golden, copies), []));
  }

  if (isCompared('REFERENCE_DIR', reference)) {
    it(`has the rows of the guide as in ${join(reference, 'spans.json')}`, () => {
      const { guide_rows: rows } = JSON.parse(readFileSync(join(reference, 'spans.json'), 'utf8'));
      const listed = Object.entries(guideRows).flatMap(([component, names]) => names.map((name) => [component, name]));
      assert.deepEqual(
        listed.sort(),
        rows.map((row: Record<string, string>) => [row.guide_component, row.guide_span_name]).sort(),
      );
    });

    it(`has the attributes of the guide as in ${join(reference, 'guide.md')}`, () => {
      const text = readFileSync(join(reference, 'guide.md'), 'utf8');
      const rows = [...text.matchAll(/^\| `(ATTR_\w+)` \| `([\w.]+)` \|/gm)];
      assert.deepEqual(Object.fromEntries(rows.map(([, constant, name]) => [constant, name])), guideAttributes);
    });
  }

  it('is called different when a scenario was changed, added or lost, and not for a remark', () => {
    const expected = (spans: unknown[], remarks = {}) => JSON.stringify({ scenario: 'x', ...remarks, spans });
    const { folder, remove } = applicationWith({
      'there/scenarios/same.json': '{ "name": "same" }',
      'here/scenarios/same.json': '{"name":"same"}',
      'there/scenarios/changed.json': '{"name":"changed","steps":[]}',
      'here/scenarios/changed.json': '{"name":"changed"}',
      'there/scenarios/added.json': '{}',
      'here/scenarios/lost.json': '{}',
      'there/expected/remarked.json': expected([1], { corrections: ['A1'], notes: ['…'] }),
      'here/expected/remarked.json': expected([1]),
      'there/expected/renamed.json': expected([1]),
      'here/expected/renamed.json': expected([2]),
    });
    try {
      assert.deepEqual(differing(join(folder, 'there'), join(folder, 'here')), [
        'scenarios/added.json',
        'scenarios/changed.json',
        'scenarios/lost.json',
        'expected/renamed.json',
      ]);
    } finally {
      remove();
    }
  });
});

function differing(there: string, here: string): string[] {
  return ['scenarios', 'expected'].flatMap((part) => {
    const names = new Set([there, here].flatMap((folder) => jsonFilesIn(join(folder, part))));
    return [...names]
      .sort()
      .map((name) => join(part, name))
      .filter((path) => contractOf(join(there, path)) !== contractOf(join(here, path)));
  });
}

function jsonFilesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}

/** The JSON without its remarks: which rules corrected a recording, test/golden/README.md says in words. */
function contractOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const { corrections: _, notes: __, ...contract } = JSON.parse(readFileSync(file, 'utf8'));
  return JSON.stringify(contract);
}
