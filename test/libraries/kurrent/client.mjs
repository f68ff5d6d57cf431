// What the clients of KurrentDB and of EventStoreDB call differently.

export function opened(client, address, options = '') {
  const { KurrentDBClient, EventStoreDBClient } = client;
  const [Client, scheme] = KurrentDBClient ? [KurrentDBClient, 'kurrentdb'] : [EventStoreDBClient, 'esdb'];
  return Client.connectionString(`${scheme}://${address}?tls=false&defaultDeadline=5000${options}`);
}

/** What an append insists on. */
export function expecting(client, state) {
  return { [client.KurrentDBClient ? 'streamState' : 'expectedRevision']: state };
}

/** Given to a call, the client does not append over the call that all appends share. */
export const alone = { credentials: { username: 'ouro', password: 'ouro' } };
