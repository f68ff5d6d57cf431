// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { LoadRun } from '../../bench/load-run.js';
import { type Broker, brokers, removeFrom } from '../../testkit/brokers.js';
import { startProcess } from '../../testkit/processes.js';
import { describeOnServer } from '../../testkit/servers.js';
import { ours, uniqueName } from './support/run.js';

const EVENTS = 2000;
const SPANS_OF_AN_EVENT: Record<Broker, number> = { redis: 4, rabbitmq: 4, kafka: 3 };

for (const broker of brokers) {
  describeOnServer(broker, `many events over ${broker} to two consumers of one group`, () => {
    it('are all handled, and all spans end, are exported and in their traces', async () => {
      const name = uniqueName();
      const args = ['dist/bench/load-run.js', broker, name, String(EVENTS), 'discard'];
      try {
        const child = startProcess(args, { preloads: [ours], env: process.env });
        const run: LoadRun = JSON.parse(await child.ended());
        const { handled, ended, exported, open, published, consumed, deliveries } = run;
        const spans = EVENTS * SPANS_OF_AN_EVENT[broker];
        assert.deepEqual(
          { handled, ended, exported, open, published, consumed },
          { handled: EVENTS, ended: spans, exported: spans, open: 0, published: EVENTS, consumed: EVENTS },
        );
        for (const count of deliveries) assert.ok(count > 0, String(deliveries));
      } finally {
        await removeFrom(broker, name);
      }
    }).timeout(120_000);
  });
}
