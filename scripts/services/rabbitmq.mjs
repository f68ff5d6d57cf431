import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import amqplib from 'amqplib';
import { serverFolder, startServer } from './server-process.mjs';

const address = 'amqp://guest:guest@127.0.0.1:5672/';

export const rabbitmq = {
  name: 'rabbitmq',
  address,
  packages: ['rabbitmq-server'],

  async isReady() {
    const connection = await amqplib.connect(address, { timeout: 5000 });
    await connection.close();
  },

  start() {
    const folder = serverFolder('rabbitmq');
    // Not the wrapper in the search path, which would switch to the user rabbitmq and its own folders.
    startServer('rabbitmq', '/usr/lib/rabbitmq/bin/rabbitmq-server', [], {
      env: {
        HOME: folder, // where the Erlang cookie goes
        RABBITMQ_NODENAME: 'rabbit@localhost', // the name of the host may not resolve
        RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
        RABBITMQ_MNESIA_BASE: join(folder, 'data'),
        RABBITMQ_LOG_BASE: folder,
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
        ERL_EPMD_ADDRESS: '127.0.0.1',
      },
    });
  },

  afterStop() {
    spawnSync('epmd', ['-kill']); // Erlang's port mapper, which the server started; it refuses while another node uses it
  },
};
