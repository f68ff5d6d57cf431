// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const spellings = ['scraped', 'otlp'] as const;

describe('dashboards and alert rules', () => {
  it('are those that the tables of instruments give', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/dashboards.mjs', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  }).timeout(120_000);

  describe('are dashboards to the types of Grafana', () => {
    let folder: string;
    before(() => {
      mkdirSync(join(root, '.cache'), { recursive: true });
      folder = mkdtempSync(join(root, '.cache', 'dashboards-'));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    /** @returns what the compiler says; nothing when it takes it */
    function complaints(json: string): string {
      const file = join(folder, 'dashboard.mts');
      // What the file says by a text is the member of an enumeration to the compiler, which takes no text for one.
      const typed = json.replaceAll('"type": "value"', '"type": MappingType.ValueToText');
      const imports = "import { type Dashboard, MappingType } from '@grafana/schema';";
      writeFileSync(file, `${imports}\nvoid MappingType;\nexport const dashboard: Dashboard = ${typed};\n`);
      const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
      const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', 'node'];
      const { stdout, stderr } = spawnSync(process.execPath, [tsc, ...options, '--ignoreConfig', file], {
        cwd: root,
        encoding: 'utf8',
      });
      return stdout + stderr;
    }
    const dashboardOf = (spelling: string) =>
      readFileSync(join(root, 'dashboards', `grafana-${spelling}.json`), 'utf8');

    for (const spelling of spellings) {
      it(`with names as they are ${spelling}`, () => assert.equal(complaints(dashboardOf(spelling)), '')).timeout(
        120_000,
      );
    }

    it('and one with a panel that Grafana does not know is none', () => {
      const wrong = dashboardOf('scraped').replace('"gridPos"', '"gridPosition"');
      assert.match(complaints(wrong), /gridPosition/);
    }).timeout(120_000);
  });
});
