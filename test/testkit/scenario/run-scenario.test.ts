// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../../testkit/scenario/result.js';
import { type Outcome, runFile } from '../../../testkit/scenario/run-file.js';

describe('a scenario run', function () {
  this.timeout(120_000);
  this.slow(30_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'scenario-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function run(scenario: object, env = {}): Promise<Outcome> {
    const file = join(folder, 'case.json');
    writeFileSync(file, JSON.stringify({ name: 'case', services: [], ...scenario }));
    return runFile(file, { preload: false, env });
  }

  async function failure(scenario: object, env = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await run(scenario, env);
    assert.equal(exitCode, 1);
    assert.equal(stdout, '');
    return stderr;
  }

  it('prints the result and nothing else', async () => {
    const { exitCode, stdout } = await run({ steps: [{ span: 'idle', steps: [] }] });
    assert.equal(exitCode, 0);
    const result = JSON.parse(stdout) as Result;
    assert.deepEqual(result, {
      scenario: 'case',
      spans: [{ name: 'idle', kind: 'INTERNAL', status: 'UNSET', attributes: {}, scope: 'scenario' }],
      metrics: [],
      logs: [],
    });
  });

  it('names the step and both values of a failing check, also inside a span', async () => {
    const steps = [
      {
        span: 'outer',
        steps: [
          { check: 1, is: 1 },
          { check: { uuid: 'a' }, is: [2] },
        ],
      },
    ];
    assert.match(
      await failure({ steps }),
      /case failed at step 1\.2: check of .*: expected \[ 2 \], got '[0-9a-f-]{36}'/,
    );
  });

  it('fails for a check inside a handler although the bus swallows the error', async () => {
    const event = { event: 'OrderPlaced', id: 'e', aggregate: 'o', version: 1, data: { customer: 'ann', total: 1 } };
    const steps = [
      { new: 'InMemoryEventBus', as: 'bus' },
      { new: 'Handler', as: 'strict', with: { name: 'Strict', steps: [{ check: 1, is: 2 }] } },
      { call: 'bus.subscribe', with: { eventClass: { class: 'OrderPlaced' }, handler: { $: 'strict' } } },
      { call: 'bus.publish', with: { events: [event] } },
    ];
    assert.match(await failure({ steps }), /failed at step Strict\.1: check of 1: expected 2, got 1/);
  });

  it('names an unknown step, class, object, method or parameter', async () => {
    const cases: [object, RegExp][] = [
      [{ dance: 'tango' }, /step 1: unknown step with the keys dance/],
      [{ new: 'TelepathicEventBus', as: 'bus' }, /class TelepathicEventBus is not in the library/],
      [{ call: 'store.clear' }, /no object is called store/],
      [{ check: { class: 'Refund' }, is: null }, /no class of the domain is called Refund/],
      [{ new: 'InMemoryEventBus', as: 'bus', with: { speed: 9 } }, /InMemoryEventBus\.new has no parameter speed/],
    ];
    for (const [step, message] of cases) assert.match(await failure({ steps: [step] }), message);
  });

  it('wants the error that a step says it throws, and no other', async () => {
    const store = { new: 'InMemoryEventStore', as: 'store' };
    const append = (expectedVersion: number) => {
      const event = { event: 'OrderPlaced', id: 'e', aggregate: 'o', version: 1, data: { customer: 'ann', total: 1 } };
      return {
        call: 'store.appendEvents',
        with: { aggregateId: { uuid: 'o' }, aggregateType: 'Order', events: [event], expectedVersion },
        throws: 'OptimisticLockError',
      };
    };
    assert.equal((await run({ steps: [store, append(3)] })).exitCode, 0);
    assert.match(await failure({ steps: [store, append(0)] }), /step 2: expected OptimisticLockError, got undefined/);
  });

  it('names the service that is not reachable and its variable', async () => {
    const stderr = await failure({ services: ['redis'], steps: [] }, { REDIS_URL: 'redis://user:secret@127.0.0.1:1' });
    assert.match(stderr, /redis is not reachable at redis:\/\/127\.0\.0\.1:1: start it or set REDIS_URL/);
  });

  it('gives up waiting with the count that is missing', async () => {
    const steps = [
      { new: 'Handler', as: 'idle', with: { name: 'Idle' } },
      { wait: { idle: 1 }, seconds: 0.1 },
    ];
    assert.match(await failure({ steps }), /step 2: after 0\.1 s idle has 0 of 1 calls/);
  });
});
