// A database of an application's own, for as long as it works.

/** @param work is given its address */
export async function inDatabase(pg, work) {
  const address = new URL(process.env.POSTGRES_URL);
  const database = `emmett_${process.pid}_${Date.now()}`;
  await administer(pg, `CREATE DATABASE ${database}`);
  address.pathname = database;
  try {
    return await work(address.href);
  } finally {
    await administer(pg, `DROP DATABASE ${database} WITH (FORCE)`);
  }
}

async function administer(pg, statement) {
  const client = new pg.Client({ connectionString: process.env.POSTGRES_URL });
  await client.connect();
  await client.query(statement);
  await client.end();
}
