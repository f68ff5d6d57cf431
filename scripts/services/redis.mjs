import { createClient } from 'redis';
import { serverFolder, startServer } from './server-process.mjs';

const address = 'redis://127.0.0.1:6379';

export const redis = {
  name: 'redis',
  address,
  packages: ['redis-server'],

  async isReady() {
    const client = createClient({ url: address, socket: { reconnectStrategy: false } });
    client.on('error', () => {}); // connect() rejects with it as well
    await client.connect();
    await client.close();
  },

  start() {
    const folder = serverFolder('redis');
    // With the append-only file a restarted server still has its streams.
    const options = { port: 6379, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes' };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    startServer('redis', 'redis-server', args);
  },
};
