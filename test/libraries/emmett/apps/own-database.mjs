// A database of one's own, for as long as some work takes.
export async function inOwnDatabase(pg, work) {
  const address = new URL(process.env.POSTGRES_URL);
  const database = `emmett_${process.pid}_${Date.now()}`;
  await administer(`CREATE DATABASE ${database}`);
  address.pathname = database;
  try {
    return await work(address.href);
  } finally {
    await administer(`DROP DATABASE ${database} WITH (FORCE)`);
  }

  async function administer(statement) {
    const client = new pg.Client({ connectionString: process.env.POSTGRES_URL });
    await client.connect();
    await client.query(statement);
    await client.end();
  }
}
