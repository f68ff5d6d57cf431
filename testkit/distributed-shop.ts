// SPDX-License-Identifier: Apache-2.0
// The shop and the sales department as two processes with a broker between them, for the demo and for tests.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Broker } from '../fixtures/shop-readmodel/broker.js';
import { removeFrom } from './brokers.js';
import { startProcess } from './processes.js';
import { addressOf } from './servers.js';

export interface DistributedRun {
  readonly broker: Broker;
  /** What `--import` gets in both processes, in this order. @default ours */
  readonly preloads?: readonly string[];
  /** The environment of both. */
  readonly env: NodeJS.ProcessEnv;
  /** Gets what they print, line by line. */
  readonly say?: (line: string) => void;
}

/**
 * Lets the shop take and ship an order, and waits until the sales department has counted it.
 *
 * @returns the lines that the two printed, in their order
 * @throws when one of them fails, or writes to stderr
 */
export async function runDistributedShop({ broker, preloads = ['./register'], env, say = () => {} }: DistributedRun) {
  const name = `shop_${randomUUID().slice(0, 8)}`;
  const folder = mkdtempSync(join(tmpdir(), 'shop-'));
  const lines: string[] = [];
  const start = (program: string, service: string, ...args: string[]) => {
    const command = [`dist/fixtures/shop-readmodel/${program}.js`, broker, name, ...args];
    return startProcess(command, {
      preloads,
      env: { ...env, OTEL_SERVICE_NAME: service },
      onLine(line) {
        lines.push(line);
        say(line);
      },
    });
  };
  const sales = start('read-model', 'sales');
  try {
    await sales.said('Sales: open');
    await start('web-shop', 'shop', join(folder, 'shop.db')).ended();
    await sales.said('is shipped');
    sales.stop();
    await sales.ended();
  } finally {
    sales.kill();
    rmSync(folder, { recursive: true });
    await Promise.all([removeFrom(broker, name), dropSchema(name)]);
  }
  return lines;
}

export async function dropSchema(schema: string): Promise<void> {
  const client = new pg.Client(addressOf('postgresql'));
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.end();
}
