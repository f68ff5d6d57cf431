// SPDX-License-Identifier: Apache-2.0
// Lets the connections of this process to a server run through a proxy that fails on demand.
import net from 'node:net';
import { FaultProxy } from '../../../fixtures/eventsource/test/services/support/fault-proxy.js';
import { addressOf, type ServerName } from '../../../testkit/servers.js';

const PORTS: Readonly<Record<ServerName, number>> = { postgresql: 5432, redis: 6379, rabbitmq: 5672, kafka: 9092 };

/**
 * Starts the proxy. It is reached by whatever address is asked for, since Kafka tells its clients where to connect to; the
 * driver of PostgreSQL asks in another way and must be given `address`.
 */
export async function proxied(server: ServerName): Promise<FaultProxy> {
  const [first = ''] = addressOf(server).split(',');
  const { hostname, port } = new URL(first.includes('://') ? first : `tcp://${first}`);
  const serverPort = Number(port || PORTS[server]);
  const proxy = new FaultProxy(hostname, serverPort);
  await proxy.start();
  const proxyPort = Number(proxy.address.split(':')[1]);
  for (const name of ['connect', 'createConnection'] as const) {
    const connect = net[name] as (options: net.TcpNetConnectOpts, ...others: unknown[]) => net.Socket;
    const redirected = (options: net.TcpNetConnectOpts, ...others: unknown[]) =>
      connect(
        Number(options.port) === serverPort ? { ...options, host: '127.0.0.1', port: proxyPort } : options,
        ...others,
      );
    Object.assign(net, { [name]: redirected });
  }
  return proxy;
}
