// The name puts it last: the other tests need the servers that it stops.
import assert from 'node:assert/strict';
import { describeOnServer } from '../../fixtures/eventsource/test/services/support/server.js';
import type { Restart } from './programs/fault-restart.js';
import type { Broker } from './support/brokers.js';
import { assertTracedOnce } from './support/outages.js';
import { isOurs } from './support/restartable.js';
import { runOn } from './support/run.js';

/** Not Kafka, whose restart takes longer than a program of these tests may run; faults.test.ts cuts its connections. */
const restarted: readonly Broker[] = ['redis', 'rabbitmq'];

for (const broker of restarted) {
  describeOnServer(broker, `${broker} stopped and started again`, () => {
    it('loses nothing and leads to nothing that is traced twice', async function () {
      if (!isOurs(broker)) {
        const missing = `${broker} cannot be restarted: it was not started by npm run services:start`;
        if (process.env.REQUIRE_ALL === '1') assert.fail(missing);
        console.error(`      SKIPPED: ${missing}`);
        this.skip();
      }
      const { result } = await runOn<Restart>(broker, 'fault-restart', { env: { OUTAGE: 'server' } });
      assert.deepEqual([result.open, result.endedAgain], [[], []]);
      assertTracedOnce(result);
    }).timeout(150_000);
  });
}
