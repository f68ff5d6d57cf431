// SPDX-License-Identifier: Apache-2.0
// `append-accounts.js OPTIONS COUNT`: appends events to a PostgreSQL store, published to nobody, without any telemetry. OPTIONS
// are those of the connection, which name the schema.
import { AggregateRepository } from 'eventsource';
import { PostgreSQLEventStore } from 'eventsource/stores';
import pg from 'pg';
import { addressOf } from '../../../testkit/servers.js';
import { Account } from '../../libraries/eventsource/accounts.js';

const [options = '', count = '1'] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: addressOf('postgresql'), options });
const accounts = new AggregateRepository(new PostgreSQLEventStore(pool), Account, 'Account');
for (let n = 0; n < Number(count); n++) {
  const account = accounts.createNew(crypto.randomUUID());
  account.move(1);
  await accounts.save(account);
}
await pool.end();
