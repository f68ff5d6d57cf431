// SPDX-License-Identifier: Apache-2.0
// The name puts it last: the other tests need the servers that it stops.
import assert from 'node:assert/strict';
import { brokers } from '../../testkit/brokers.js';
import { skip } from '../../testkit/leave-out.js';
import { describeOnServer } from '../../testkit/servers.js';
import type { Restart } from './programs/fault-restart.js';
import { assertTracedOnce } from './support/outages.js';
import { isOurs } from './support/restartable.js';
import { runOn } from './support/run.js';

for (const broker of brokers) {
  describeOnServer(broker, `${broker} stopped and started again`, () => {
    it('loses nothing and leads to nothing that is traced twice', async function () {
      if (!isOurs(broker)) {
        // Somebody else's server is not ours to stop, whatever is required.
        skip(this, `${broker} stopped and started again: it was not started by npm run services:start`);
      }
      const { result } = await runOn<Restart>(broker, 'fault-restart', { env: { OUTAGE: 'server' } });
      assert.deepEqual([result.open, result.endedAgain], [[], []]);
      assertTracedOnce(result);
    }).timeout(150_000);
  });
}
