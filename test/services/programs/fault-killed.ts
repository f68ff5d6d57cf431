// SPDX-License-Identifier: Apache-2.0
// `fault-killed.js BROKER NAME [victim]`: lets another process handle an event and die before it acknowledges that, and then
// handles the event itself.
import { setTimeout as delay } from 'node:timers/promises';
import { KafkaEventBus, RedisEventBus } from 'eventsource/bus';
import { type Broker, createBus, type SharedBus } from '../../../testkit/brokers.js';
import { startProcess } from '../../../testkit/processes.js';
import { addressOf } from '../../../testkit/servers.js';
import { theEvent } from '../support/events.js';
import { ours, programPath } from '../support/run.js';
import { startWatchedSdk, type Watched } from '../support/watched-sdk.js';

export interface Killed extends Watched {
  /** What the other process has said. */
  readonly victim: readonly string[];
  /** How often this one has handled the event. */
  readonly handled: number;
}

const [, , broker, name, role] = process.argv as unknown as [string, string, Broker, string, string | undefined];

/** The shortest time after which Kafka's default settings let a member be taken for dead. */
const SESSION_TIMEOUT_MS = 6000;

if (role === 'victim') await dieHandling();
else await survive();

async function dieHandling(): Promise<void> {
  const bus = patientBus();
  bus.subscribeToAllEvents(() => console.log('handled'));
  // Handlers run one after another; the acknowledgement comes after the last.
  bus.subscribeToAllEvents(() => process.kill(process.pid, 'SIGKILL'));
  await bus.connect();
  const consuming = bus.startConsuming();
  while (bus instanceof KafkaEventBus && bus.assignedPartitions.length === 0) await delay(20);
  console.log('ready');
  await consuming;
}

async function survive(): Promise<void> {
  const watched = startWatchedSdk();
  const lines: string[] = [];
  const victim = startProcess([programPath('fault-killed'), broker, name, 'victim'], {
    preloads: [ours],
    env: process.env,
    onLine: (line) => lines.push(line),
  });
  const bus = patientBus();
  let handled = 0;
  bus.subscribeToAllEvents(() => {
    handled += 1;
  });
  await bus.connect();
  await victim.said('ready');
  await bus.publish([theEvent('on')]);
  await victim.ended().catch(() => {});

  const consuming = bus.startConsuming();
  while (handled === 0) {
    await delay(20);
    if (bus instanceof RedisEventBus) await bus.recoverPendingMessages({ minIdleTimeMs: 0 });
  }
  await delay(300); // for whatever comes twice
  bus.stopConsuming();
  await consuming;
  await bus.shutdown();
  const killed: Killed = { victim: lines, handled, ...watched() };
  console.log(JSON.stringify(killed));
}

function patientBus(): SharedBus {
  if (broker !== 'kafka') return createBus(broker, name);
  return new KafkaEventBus({
    bootstrapServers: addressOf('kafka'),
    topicPrefix: name,
    consumerGroup: `${name}.readers`,
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
    heartbeatIntervalMs: 1000,
  });
}
