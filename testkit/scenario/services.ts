import { createRequire } from 'node:module';
import { connect } from 'node:net';

interface Service {
  /** The environment variable that holds the address. */
  readonly variable: string;
  readonly fallback: string;
  readonly port: number;
}

const servers = {
  postgresql: {
    variable: 'POSTGRES_URL',
    fallback: 'postgresql://eventsource:eventsource@127.0.0.1:5432/eventsource',
    port: 5432,
  },
  redis: { variable: 'REDIS_URL', fallback: 'redis://127.0.0.1:6379', port: 6379 },
  rabbitmq: { variable: 'AMQP_URL', fallback: 'amqp://guest:guest@127.0.0.1:5672/', port: 5672 },
  kafka: { variable: 'KAFKA_BROKERS', fallback: '127.0.0.1:9092', port: 9092 },
} satisfies Record<string, Service>;

const CONNECT_TIMEOUT_MS = 2_000;

/** The address of a service: from its environment variable, else the usual one on this machine. */
export function addressOf(name: string): string {
  const { variable, fallback } = serverCalled(name);
  return process.env[variable] || fallback;
}

/** Why the service cannot be used, naming the service and its variable; undefined when it can. */
export async function whyUnreachable(name: string): Promise<string | undefined> {
  if (name === 'sqlite') return canLoad('libsql') ? undefined : 'sqlite is not available: npm install libsql';
  const { variable, port } = serverCalled(name);
  const address = addressOf(name);
  const endpoints = address.split(',').map((part) => new URL(part.includes('://') ? part : `tcp://${part}`));
  const answers = await Promise.all(
    endpoints.map((url) => accepts(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port) || port)),
  );
  return answers.includes(true)
    ? undefined
    : `${name} is not reachable at ${withoutSecrets(address)}: start it or set ${variable}`;
}

function serverCalled(name: string): Service {
  const service = (servers as Record<string, Service>)[name];
  if (!service) throw new Error(`no service is called ${name}, only sqlite, ${Object.keys(servers).join(', ')}`);
  return service;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}

function canLoad(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

function withoutSecrets(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//');
}
