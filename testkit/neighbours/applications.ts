// SPDX-License-Identifier: Apache-2.0
// What runs beside the vendors: a server that keeps events in PostgreSQL, and one on Nest with a command and an event.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../child.js';
import { type Format, formats } from '../formats.js';
import type { Vendor } from './vendors.js';

interface Application {
  /** By name, how the modules are loaded. */
  readonly imports: Readonly<Record<string, string>>;
  readonly text: string;
  /** Names of our spans, sorted. */
  readonly ours: readonly string[];
}

const shop: Application = {
  imports: {
    http: 'node:http',
    pg: 'pg',
    '{ DomainEvent, registerEvent }': 'eventsource/events',
    '{ PostgreSQLEventStore }': 'eventsource/stores',
  },
  text: `
    class Deposited extends DomainEvent {
      static eventType = 'Deposited';
      static aggregateType = 'Account';
    }
    registerEvent(Deposited);
    const pool = new pg.Pool({ connectionString: process.env.POSTGRES_URL, max: 1 });
    const store = new PostgreSQLEventStore(pool);
    const server = http.createServer(async (request, response) => {
      const aggregateId = crypto.randomUUID();
      const event = new Deposited({ aggregateId, aggregateType: 'Account', eventType: 'Deposited', aggregateVersion: 1 });
      await store.appendEvents(aggregateId, 'Account', [event], 0);
      const stream = await store.getEvents(aggregateId);
      response.end(String(stream.events.length));
    });
    server.listen(0, '127.0.0.1', () => {
      http.get({ host: '127.0.0.1', port: server.address().port, path: '/accounts' }, (response) => {
        response.setEncoding('utf8').on('data', (text) => console.log('stored', text)).on('end', async () => {
          server.close();
          await pool.end();
        });
      });
    });
  `,
  ours: ['postgresql_event_store.append_events', 'postgresql_event_store.get_events'],
};

const nest: Application = {
  imports: {
    reflect: 'reflect-metadata',
    '* as common': '@nestjs/common',
    '* as core': '@nestjs/core',
    '* as cqrs': '@nestjs/cqrs',
  },
  text: `
    ${readFileSync(join(root, 'test/libraries/nestjs-cqrs/apps/web.mjs'), 'utf8').replace('export async', 'async')}
    web({ common, core, cqrs }).then((seen) => console.log(...seen));
  `,
  ours: ['eventsource.command.handle', 'eventsource.event_bus.handle', 'eventsource.event_bus.publish'],
};

export const applications = { shop, nest } as const satisfies Record<Vendor['application'], Application>;

export function filesOf(application: Application): Record<string, string> {
  return Object.fromEntries(
    formats.map((format) => [
      `main.${format}`,
      [
        ...Object.entries(application.imports).map(([name, from]) => loading(name, from, format)),
        application.text,
      ].join('\n'),
    ]),
  );
}

function loading(name: string, from: string, format: Format): string {
  if (format === 'mjs') return `import ${name} from '${from}';`;
  return `const ${name.replace('* as ', '')} = require('${from}');`;
}
