import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { run, serverFolder, startServer } from './server-process.mjs';

const address = 'postgresql://eventsource:eventsource@127.0.0.1:5432/eventsource';
const debianVersions = '/usr/lib/postgresql';

export const postgresql = {
  name: 'postgresql',
  address,
  packages: ['postgresql'],

  async isReady() {
    const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 5000 });
    try {
      await client.connect();
      await client.query('SELECT 1');
    } finally {
      await client.end();
    }
  },

  start() {
    const account = serverAccount();
    const folder = accountFolder(account);
    const data = join(folder, 'data');
    if (!existsSync(join(data, 'PG_VERSION'))) createDatabase(folder, data, account);
    const settings = ['port=5432', 'listen_addresses=127.0.0.1', 'fsync=off', `unix_socket_directories=${folder}`];
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    startServer('postgresql', program('postgres'), args, account);
  },
};

/** The server refuses to run as root: then it runs as the user that the package made. */
function serverAccount() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(run('id', [flag, 'postgres']));
  return { uid: id('-u'), gid: id('-g') };
}

/** The server's folder, in the system's temporary folder when its account cannot enter the checkout. */
function accountFolder(account) {
  let folder = serverFolder('postgresql');
  if (account.uid === undefined) return folder;
  if (spawnSync('test', ['-x', folder], account).status !== 0) folder = join(tmpdir(), 'eventsource-postgresql');
  mkdirSync(folder, { recursive: true });
  chownSync(folder, account.uid, account.gid);
  return folder;
}

function createDatabase(folder, data, account) {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, 'eventsource\n');
  const options = { ...account, cwd: folder };
  const credentials = ['--username=eventsource', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  run(program('initdb'), ['-D', data, ...credentials, '--encoding=UTF8', '--no-locale'], options);
  const input = 'CREATE DATABASE eventsource;\n';
  run(program('postgres'), ['--single', '-D', data, 'postgres'], { ...options, input });
}

/** Debian keeps each version's programs in a folder of its own, outside of the search path. */
function program(name) {
  if (!existsSync(debianVersions)) return name;
  const newest = readdirSync(debianVersions).sort((a, b) => Number(b) - Number(a))[0];
  return join(debianVersions, newest, 'bin', name);
}
