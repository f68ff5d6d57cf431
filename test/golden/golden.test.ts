// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { leaveOut, remark, skip } from '../../testkit/leave-out.js';
import { compareMetrics, compareSpans } from '../../testkit/scenario/compare.js';
import type { Result, SpanNode } from '../../testkit/scenario/result.js';
import { packageRoot, resultOf } from '../../testkit/scenario/run-file.js';
import type { Scenario } from '../../testkit/scenario/scenario.js';
import { whyLeftAlone, whyUnreachable } from '../../testkit/scenario/services.js';
import * as ledger from './pending.js';

const SCENARIO_TIMEOUT_MS = 90_000;
const reference = join(packageRoot, 'test/golden/reference');
const own = join(packageRoot, 'test/golden/own');
const pending: Readonly<Record<string, string>> = ledger.pending;

describe('golden scenarios', function () {
  this.timeout(SCENARIO_TIMEOUT_MS);
  this.slow(SCENARIO_TIMEOUT_MS);

  before(() => {
    if (ledger.pendingMetrics !== undefined) remark(`metrics of golden scenarios: ${ledger.pendingMetrics}`);
  });

  for (const folder of [reference, own]) {
    describe(`of test/golden/${basename(folder)}`, () => {
      for (const name of scenariosIn(folder)) {
        it(`give the spans that were recorded: ${name}`, async function () {
          await needServices(this, folder, name);
          const reason = folder === reference ? pending[name] : undefined;
          if (reason === undefined) return passes(folder, name);
          await assert.rejects(passes(folder, name), `${name} passes: take it off the list in pending.ts`);
          skip(this, `golden scenario ${name} is pending: ${reason}`);
        });
      }
    });
  }

  it('are 26 recorded on the reference library, and every pending one is among them', () => {
    const known = scenariosIn(reference);
    assert.equal(known.length, 26);
    assert.deepEqual(
      Object.keys(pending).filter((name) => !known.includes(name)),
      [],
    );
  });

  it('give no spans of the library without the preload', async () => {
    const { spans } = await resultOf(fileOf(own, 'nested-saves'), { preload: false });
    assert.notEqual(spans.length, 0);
    assert.deepEqual(namesOfLibrarySpans(spans), []);
  });
});

async function passes(folder: string, name: string): Promise<void> {
  const expected = readJson<Result>(join(folder, 'expected', `${name}.json`));
  const actual = await resultOf(fileOf(folder, name));
  const differences = compareSpans(expected.spans, actual.spans);
  if (ledger.pendingMetrics === undefined) differences.push(...compareMetrics(expected.metrics, actual.metrics));
  if (differences.length > 0) assert.fail(`${name} is not as expected:\n  ${differences.join('\n  ')}`);
}

function scenariosIn(folder: string): string[] {
  return readdirSync(join(folder, 'scenarios'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'));
}

function fileOf(folder: string, name: string): string {
  return join(folder, 'scenarios', `${name}.json`);
}

async function needServices(test: Mocha.Context, folder: string, name: string): Promise<void> {
  for (const service of readJson<Scenario>(fileOf(folder, name)).services) {
    const howTo = whyLeftAlone(service);
    if (howTo !== undefined) leaveOut(test, `golden scenarios on ${howTo}`);
    const problem = await whyUnreachable(service);
    if (problem !== undefined) assert.fail(problem);
  }
}

function namesOfLibrarySpans(spans: readonly SpanNode[]): string[] {
  return spans.flatMap(({ name, scope, children = [] }) => [
    ...(scope === undefined ? [name] : []),
    ...namesOfLibrarySpans(children),
  ]);
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
