import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { compareMetrics, compareSpans } from '../../testkit/scenario/compare.js';
import type { Result, SpanNode } from '../../testkit/scenario/result.js';
import { packageRoot, resultOf } from '../../testkit/scenario/run-file.js';
import type { Scenario } from '../../testkit/scenario/scenario.js';
import { whyUnreachable } from '../../testkit/scenario/services.js';
import * as ledger from './pending.js';

const SCENARIO_TIMEOUT_MS = 90_000;
const requireAll = process.env.REQUIRE_ALL === '1';
const shared = resolve(process.env.GOLDEN_DIR || join(packageRoot, '../shared/golden'));
const own = join(packageRoot, 'test/golden/own');
const pending: Readonly<Record<string, string>> = ledger.pending;

/** What did not count, said loudly when all is done: a skipped test is easily taken for a good one. */
const notCounted: string[] = [];

describe('golden scenarios', function () {
  this.timeout(SCENARIO_TIMEOUT_MS);
  this.slow(SCENARIO_TIMEOUT_MS);

  describe('of this package', () => {
    for (const name of scenariosIn(own)) {
      it(name, async function () {
        const unreachable = await servicesMissing(own, name);
        if (unreachable !== undefined) return leaveOut(this, `${name}: ${unreachable}`);
        return passes(own, name);
      });
    }

    it('give no spans of the library without the preload', async () => {
      const { spans } = await resultOf(fileOf(own, 'nested-saves'), { preload: false });
      assert.notEqual(spans.length, 0);
      assert.deepEqual(namesOfLibrarySpans(spans), []);
    });
  });

  describe('of the shared folder', () => {
    if (!existsSync(join(shared, 'scenarios'))) {
      it('exist', function () {
        leaveOut(this, `no shared scenarios at ${shared}: set GOLDEN_DIR`);
      });
      return;
    }
    for (const name of scenariosIn(shared)) {
      it(name, async function () {
        const unreachable = await servicesMissing(shared, name);
        if (unreachable !== undefined) return leaveOut(this, `${name}: ${unreachable}`);
        const reason = pending[name];
        if (reason === undefined) return passes(shared, name);
        await assert.rejects(passes(shared, name), `${name} passes: take it off the list in pending.ts`);
        notCounted.push(`${name} is pending: ${reason}`);
        this.skip();
      });
    }
    it('has every pending scenario', () => {
      const known = scenariosIn(shared);
      assert.deepEqual(
        Object.keys(pending).filter((name) => !known.includes(name)),
        [],
      );
    });
  });

  after(() => {
    if (ledger.pendingMetrics !== undefined) notCounted.push(`metrics of all scenarios: ${ledger.pendingMetrics}`);
    for (const line of notCounted) console.warn(`    NOT COMPARED  ${line}`);
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

async function servicesMissing(folder: string, name: string): Promise<string | undefined> {
  const { services } = readJson<Scenario>(fileOf(folder, name));
  const problems = await Promise.all(services.map(whyUnreachable));
  return problems.find((problem) => problem !== undefined);
}

function leaveOut(test: Mocha.Context, reason: string): void {
  if (requireAll) assert.fail(`${reason} (REQUIRE_ALL=1)`);
  notCounted.push(reason);
  test.skip();
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
