// SPDX-License-Identifier: Apache-2.0
// What is logged over real servers: of one failing event each try once, and its end as it was.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as bus from 'eventsource/bus';
import { getSchema } from 'eventsource/migrations';
import * as stores from 'eventsource/stores';
import pg from 'pg';
import { until } from '../../fixtures/eventsource/test/services/support/inbox.js';
import { library } from '../../src/libraries/eventsource/index.js';
import { brokers, createBus, removeFrom, writeMessages } from '../../testkit/brokers.js';
import { addressOf, describeOnServer } from '../../testkit/servers.js';
import { type WovenLibrary, weaveLibrary } from '../../testkit/woven-library.js';
import { theEvent } from './support/events.js';
import { uniqueName } from './support/run.js';

class OutOfStock extends Error {}

const TRIES = 3;

for (const broker of brokers) {
  describeOnServer(broker, `the log records of a bus over ${broker}`, () => {
    let woven: WovenLibrary | undefined;
    before(() => {
      woven = weaveLibrary(library, bus);
    });
    after(() => woven?.stop());

    for (const enableDlq of [true, false]) {
      it(`tell each try of a failing event once, and that it ${enableDlq ? 'is a dead letter' : 'was dropped'} in the end`, async () => {
        const name = uniqueName();
        const records = (woven as WovenLibrary).recordLogs('info');
        const failing = createBus(broker, name, { enableDlq });
        let tries = 0;
        failing.subscribeToAllEvents(() => {
          tries += 1;
          throw new OutOfStock('no apples');
        });
        const said = (text: string) => records.filter(({ body }) => body === text);
        const ends = () => records.filter(({ body }) => /^messages? (?:moved|dropped)/.test(String(body)));
        try {
          await failing.connect();
          const consuming = failing.startConsuming();
          await failing.publish([theEvent('on')]);
          await until(() => tries > 0, 30);
          while (ends().length === 0) {
            if (failing instanceof bus.RedisEventBus) await failing.recoverPendingMessages({ minIdleTimeMs: 0 });
            await delay(20);
          }
          failing.stopConsuming();
          await consuming;
          await failing.shutdown();
        } finally {
          await removeFrom(broker, name);
        }
        const of = `eventsource.bus.${broker}`;
        assert.equal(tries, TRIES);
        assert.deepEqual(
          records
            .filter(({ attributes }) => attributes?.['exception.type'] !== undefined)
            .map(({ body, logger }) => [logger, body]),
          new Array(TRIES).fill([of, 'handler failed']),
        );
        assert.equal(said('message moved to the dead letters').length, enableDlq ? 1 : 0);
        assert.match(String(ends()[0]?.body), enableDlq ? /moved/ : /dropped.*dead letters are off/);
        assert.equal(ends().length, 1);
        assert.equal(said('failed message sent again for its next try').length, broker === 'redis' ? 0 : TRIES - 1);
        for (const text of ['handler subscribed to all events', 'connected', 'consuming begins', 'consuming is over']) {
          assert.equal(said(text).length, 1, text);
        }
        for (const text of ['shutdown begins', 'shutdown is over']) assert.equal(said(text).length, 1, text);
        assert.deepEqual([...new Set(records.map(({ logger }) => logger))], [of]);
      }).timeout(120_000);
    }

    it('tell a message that is no event, and what is known of it', async () => {
      const name = uniqueName();
      const records = (woven as WovenLibrary).recordLogs('warn');
      const reading = createBus(broker, name);
      let handled = 0;
      reading.subscribeToAllEvents(() => {
        handled += 1;
      });
      try {
        await reading.connect();
        await writeMessages(broker, name, [{ headers: { event_type: 'NoSuchType' }, body: '{}' }]);
        const consuming = reading.startConsuming();
        await reading.publish([theEvent('on')]);
        await until(() => handled > 0, 30);
        reading.stopConsuming();
        await consuming;
        await reading.shutdown();
      } finally {
        await removeFrom(broker, name);
      }
      assert.deepEqual(
        records.map(({ severityText, body, attributes }) => [
          severityText,
          body,
          attributes?.['eventsource.event.type'],
        ]),
        broker === 'kafka'
          ? [
              ['WARN', 'message moved to the dead letters', 'NoSuchType'],
              ['ERROR', 'message that cannot be read is given up', 'NoSuchType'],
            ]
          : [['WARN', 'message of an unknown type passed over', 'NoSuchType']],
      );
    }).timeout(120_000);
  });
}

describeOnServer('postgresql', 'the log records of a store on PostgreSQL', () => {
  it('are under the name that the guide gives', async () => {
    const woven = weaveLibrary(library, stores);
    const schema = uniqueName().replaceAll('-', '_');
    const pool = new pg.Pool({ connectionString: addressOf('postgresql'), options: `-c search_path=${schema}` });
    try {
      await pool.query(`CREATE SCHEMA ${schema}`);
      await pool.query(getSchema('all', 'postgresql'));
      const records = woven.recordLogs('debug');
      const store = new stores.PostgreSQLEventStore(pool);
      const event = theEvent('on');
      await store.appendEvents(event.aggregateId, event.aggregateType, [event], 0);
      await assert.rejects(store.appendEvents(event.aggregateId, event.aggregateType, [event], 7));
      assert.deepEqual(
        records.map(({ logger, body }) => [logger, body]),
        [
          ['eventsource.stores.postgresql', 'append committed'],
          ['eventsource.stores.postgresql', 'append refused: the stream is at another version'],
        ],
      );
    } finally {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
      await pool.end();
      woven.stop();
    }
  });
});
