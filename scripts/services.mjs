#!/usr/bin/env node
// Starts or stops the servers that the service tests talk to, on this machine's loopback address, without Docker.
// Usage: node scripts/services.mjs start|stop [postgresql] [redis] [rabbitmq] [kafka]   (default: all)
// Missing packages are installed when this runs as root on Debian; elsewhere see compose.yaml. A server that is
// reachable already is left alone, and `stop` stops only what `start` started. Data and logs: .cache/services/.
import { kafka } from './services/kafka.mjs';
import { installPackages } from './services/packages.mjs';
import { postgresql } from './services/postgresql.mjs';
import { rabbitmq } from './services/rabbitmq.mjs';
import { redis } from './services/redis.mjs';
import { serverFolder, stopServer, until } from './services/server-process.mjs';

const services = [postgresql, redis, rabbitmq, kafka];
const actions = { start, stop };

const [action, ...names] = process.argv.slice(2);
const chosen = services.filter(({ name }) => names.length === 0 || names.includes(name));
if (!Object.hasOwn(actions, action ?? '') || chosen.length < names.length) {
  console.error(`usage: services.mjs start|stop [${services.map(({ name }) => name).join('] [')}]`);
  process.exit(1);
}
await actions[action](chosen);

async function start(services) {
  const ready = await Promise.all(services.map(isReady));
  const missing = services.filter((_, index) => !ready[index]);
  installPackages(
    missing.flatMap(({ packages }) => packages),
    'start the servers with: docker compose up --wait',
  );
  const results = await Promise.allSettled(
    services.map(async (service, index) => {
      if (!ready[index]) await startOne(service);
      console.log(`${service.name.padEnd(10)} ${ready[index] ? 'runs already' : 'started'}  ${service.address}`);
    }),
  );
  const failures = results.filter(({ status }) => status === 'rejected');
  for (const { reason } of failures) console.error(reason.message);
  if (failures.length > 0) process.exit(1);
}

async function startOne(service) {
  await stopServer(service.name); // one that is there but does not answer
  service.start();
  await until(() => isReady(service), 90, `${service.name} does not answer; see ${serverFolder(service.name)}`);
}

async function stop(services) {
  for (const { name, afterStop } of services) {
    const stopped = await stopServer(name);
    if (stopped) afterStop?.();
    console.log(`${name.padEnd(10)} ${stopped ? 'stopped' : 'was not started from here'}`);
  }
}

async function isReady(service) {
  try {
    await service.isReady();
    return true;
  } catch {
    return false;
  }
}
