// SPDX-License-Identifier: Apache-2.0
// What an application may ask the process of its subscriptions, and what all of its metrics cost and tell.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { register, root, runNode } from '../../testkit/child.js';
import type { Snapshots } from './programs/snapshots.js';

const program = (name: string) => join(root, `dist/test/metrics/programs/${name}.js`);

async function resultOf<T>(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<T> {
  const { stdout, stderr, code } = await runNode({ args, env, cwd: root, timeoutMillis: 60_000 });
  assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
  return JSON.parse(stdout);
}

const zeros = {
  eventsProcessed: 0,
  eventsFailed: 0,
  currentLag: 0,
  currentState: 0,
  currentStateName: 'unknown',
  totalProcessingTimeMs: 0,
};
/** The time is there as its sign: some, or none. */
const snapshot = (processed: number, failed: number, lag: number, state: number, name: string) => ({
  eventsProcessed: processed,
  eventsFailed: failed,
  currentLag: lag,
  currentState: state,
  currentStateName: name,
  totalProcessingTimeMs: processed + failed > 0 ? 1 : 0,
});

for (const [how, args] of [
  ['preloaded', ['--import', register, program('snapshots')]],
  ['woven by hand', [program('snapshots'), 'weave']],
] as const) {
  describe(`getMetrics of a process without an SDK, ${how}`, function () {
    this.timeout(120_000);
    let snapshots: Snapshots;
    before(async () => {
      snapshots = await resultOf(args);
    });

    it('gives zeros for a subscription that is unknown or not measured', () => {
      assert.deepEqual([snapshots.unknown, snapshots.unmeasured], [zeros, zeros]);
    });

    it('gives what a subscription has handled and failed to handle, how far it is behind, and its state', () => {
      assert.deepEqual(
        ['starting', 'running', 'paused', 'stopped', 'failed'].map((name) => snapshots[name]),
        [
          snapshot(0, 0, 0, 1, 'starting'),
          snapshot(2, 1, 0, 3, 'live'),
          snapshot(1, 1, 1, 4, 'paused'),
          snapshot(1, 1, 0, 5, 'stopped'),
          snapshot(0, 1, 1, 6, 'error'),
        ],
      );
    });

    it('tells how far a live one is behind what was appended in the process, also where nobody published it', () => {
      assert.deepEqual(snapshots['nobody published'], snapshot(5, 1, 1, 3, 'live'));
    });

    it('keeps the sums of a subscription that is there no more, but not its state', () => {
      assert.deepEqual(snapshots.unsubscribed, snapshot(1, 1, 0, 0, 'unknown'));
    });

    it('adds up the events of two managers with one name, and gives the state of the one subscribed last', () => {
      assert.deepEqual(snapshots['two of one name'], snapshot(2, 1, 0, 1, 'starting'));
      assert.deepEqual(snapshots['two of one name, both live'], snapshot(5, 1, 0, 3, 'live'));
      assert.deepEqual(snapshots['one of two unsubscribed'], snapshot(5, 1, 0, 3, 'live'));
    });
  });
}

describe('metrics of very many aggregates, tenants and event types', function () {
  this.timeout(120_000);

  it('have at most 250 series an instrument, and no ids', async () => {
    const series = await resultOf<Record<string, number>>(['--import', register, program('many-values')]);
    assert.deepEqual(
      Object.entries(series).filter(([, count]) => count > 250),
      [],
    );
    for (const name of [
      'subscription.events.processed',
      'subscription.state',
      'kafka.eventbus.messages.consumed',
      ...[
        'append.duration',
        'append.events',
        'read.duration',
        'fold.duration',
        'load.events',
        'snapshot.lookups',
        'projection.duration',
        'queue.duration',
      ].map((of) => `eventsource.${of}`),
    ]) {
      assert.equal(series[name], 201, name);
    }
  });

  it('have the limit that the environment sets', async () => {
    const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_CARDINALITY_LIMIT: '20' };
    const series = await resultOf<Record<string, number>>(['--import', register, program('many-values')], env);
    assert.equal(series['subscription.events.processed'], 21);
  });

  it('keep the heap as it is over 1,000,000 recorded operations', async () => {
    const args = ['--expose-gc', '--import', register, program('many-values'), 'MEMORY'];
    const { grownBy, recorded } = await resultOf<{ grownBy: number; recorded: number }>(args);
    assert.ok(recorded >= 1_000_000, `${recorded} operations`);
    assert.ok(Math.abs(grownBy) < 3 * 2 ** 20, `${grownBy} bytes`);
  });
});
