// Tests of Emmett ask for a server in a container: they get a database of their own on the server that tests of ours use.
const { randomUUID } = require('node:crypto');
const { createRequire } = require('node:module');
const { join } = require('node:path');

exports.getPostgreSQLStartedContainer = async () => {
  const { Client } = createRequire(join(process.cwd(), 'main.js'))('pg');
  const server = process.env.POSTGRES_URL;
  const name = `suite_${randomUUID().replaceAll('-', '')}`;
  const onServer = async (statement) => {
    const client = new Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await onServer(`CREATE DATABASE ${name}`);
  const address = new URL(server);
  address.pathname = name;
  return {
    getConnectionUri: () => address.href,
    stop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
};
