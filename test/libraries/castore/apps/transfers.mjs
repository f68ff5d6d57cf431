// Transfers: a command that has other commands done, one of which loses a race; stores of two kinds in one command; connected stores
// around one another; every kind of channel, queue and bus, with messages of every kind; groups of two stores, in commands too.
export async function transfers({ core, memory, api, request }) {
  const { Command, ConnectedEventStore, EventStore, EventType, tuple } = core;
  const seen = [];
  const failure = (error) => [error?.constructor?.name ?? null, error?.code ?? null, error?.message ?? String(error)];
  const step = (name) => api.trace.getTracer('application').startSpan(name).end();
  const published = [];
  class SQSMessageQueueAdapter {
    publishMessage = async ({ event, eventStoreId }, options) => {
      step('sending');
      published.push([event?.type ?? eventStoreId, options]);
    };
    publishMessages = async (messages, options) => void published.push([messages.length, options]);
  }
  const failing = {
    publishMessage: async () => Promise.reject(new RangeError('the queue is full')),
    publishMessages: async () => Promise.reject(undefined),
  };
  const eventTypes = ['OPENED', 'TAKEN', 'GIVEN'].map((type) => new EventType({ type }));
  const reducer = (account, { aggregateId, version }) => ({ aggregateId, version, events: (account?.events ?? 0) + 1 });
  const storeOf = (eventStoreId) =>
    new EventStore({
      eventStoreId,
      eventTypes,
      reducer,
      eventStorageAdapter: new memory.InMemoryEventStorageAdapter(),
    });
  const accounts = storeOf('ACCOUNTS');
  const transfersStore = storeOf('TRANSFERS');

  const append = async (store, aggregateId, type, prevAggregate) => {
    const { aggregate } = await store.getAggregate(aggregateId);
    const version = (aggregate?.version ?? 0) + 1;
    return store.pushEvent({ aggregateId, version, type }, { prevAggregate: prevAggregate ?? aggregate });
  };
  let races = 0;
  const take = new Command({
    commandId: 'TAKE',
    requiredEventStores: tuple(accounts),
    eventAlreadyExistsRetries: 1,
    async handler({ aggregateId, amount }, [store], context) {
      if (amount > 100) throw new RangeError('not enough');
      const { aggregate } = await store.getAggregate(aggregateId);
      const version = (aggregate?.version ?? 0) + 1;
      if (races-- > 0) await store.pushEvent({ aggregateId, version, type: 'GIVEN' });
      await store.pushEvent({ aggregateId, version, type: 'TAKEN', payload: { amount } });
      return [this === undefined, context?.by ?? null];
    },
  });
  const give = new Command({
    commandId: 'GIVE',
    requiredEventStores: tuple(accounts),
    eventAlreadyExistsRetries: 0,
    handler: async ({ aggregateId }, [store]) => void (await append(store, aggregateId, 'GIVEN')),
  });
  const transfer = new Command({
    commandId: 'TRANSFER',
    requiredEventStores: tuple(accounts, transfersStore),
    handler: async ({ aggregateId, from, to, amount }, [both, own], ...context) => {
      await append(own, aggregateId, 'OPENED');
      const { handler } = take;
      const taken = await handler({ aggregateId: from, amount }, [both], ...context);
      await Promise.all([give.handler({ aggregateId: to }, [both]), append(own, aggregateId, 'TAKEN')]);
      return taken;
    },
  });
  const all = (input) => transfer.handler(input, [accounts, transfersStore], { by: 'me' });
  await request('POST /transfers', async () =>
    seen.push(await all({ aggregateId: 't-1', from: 'a-1', to: 'a-2', amount: 7 })),
  );
  races = 1;
  await request('POST /transfers, raced', async () =>
    seen.push(await all({ aggregateId: 't-2', from: 'a-1', to: 'a-2', amount: 7 })),
  );
  await request('POST /transfers, refused', async () =>
    seen.push(await all({ aggregateId: 't-3', from: 'a-1', to: 'a-2', amount: 700 }).catch(failure)),
  );
  races = 9;
  // The outer command tries again too: the error of the inner one says that an event exists already.
  await request('POST /transfers, lost', async () =>
    seen.push(await all({ aggregateId: 't-4', from: 'a-3', to: 'a-4', amount: 7 }).catch(failure)),
  );
  races = 0;

  const adapter = new SQSMessageQueueAdapter();
  const both = [accounts, transfersStore];
  const channels = Object.fromEntries(
    ['Notification', 'StateCarrying', 'AggregateExists'].flatMap((kind) => {
      const [queue, bus] = ['Queue', 'Bus'].map((end) => core[`${kind}Message${end}`]);
      return [
        [
          `${kind}Queue`,
          new queue({ messageQueueId: `${kind}Q`, sourceEventStores: both, messageQueueAdapter: adapter }),
        ],
        [`${kind}Bus`, new bus({ messageBusId: `${kind}B`, sourceEventStores: both, messageBusAdapter: adapter })],
        [
          `${kind}Channel`,
          new core[`${kind}MessageChannel`]({
            messageChannelType: 'topic',
            messageChannelId: `${kind}C`,
            sourceEventStores: both,
            messageChannelAdapter: failing,
          }),
        ],
      ];
    }),
  );
  await request('POST /messages', async () => {
    const { events } = await accounts.getEvents('a-1', { limit: 2 });
    const notifications = events.map((event) => ({ eventStoreId: 'ACCOUNTS', event }));
    const { aggregate } = await accounts.getExistingAggregate('a-1', { maxVersion: 1 });
    for (const [name, channel] of Object.entries(channels)) {
      const exists = name.startsWith('AggregateExists');
      const messages = exists ? [{ eventStoreId: 'ACCOUNTS', aggregateId: 'a-1' }] : notifications;
      const [first] = messages.map((message) => (name.startsWith('State') ? { ...message, aggregate } : message));
      seen.push(await channel.publishMessage(first, { replay: true }).catch(failure));
      seen.push(await channel.publishMessages(messages).catch(failure));
      seen.push(await channel.publishMessages([]).catch(failure));
    }
    const { NotificationQueue } = channels;
    seen.push(await NotificationQueue.publishMessage({ eventStoreId: 'NOBODY' }).catch(failure));
  });
  const connected = new ConnectedEventStore(accounts, channels.NotificationQueue);
  const twice = new ConnectedEventStore(connected, channels.AggregateExistsBus);
  const badly = new ConnectedEventStore(accounts, channels.NotificationChannel);
  await request('POST /accounts, connected', async () => {
    await append(twice, 'a-5', 'OPENED');
    seen.push(await twice.pushEvent({ aggregateId: 'a-5', version: 1, type: 'OPENED' }).catch(failure));
    seen.push(await badly.pushEvent({ aggregateId: 'a-6', version: 1, type: 'OPENED' }).catch(failure));
    seen.push(await give.handler({ aggregateId: 'a-5' }, [twice]));
    const { pushEvent, getAggregate, eventStorageAdapter: same } = twice;
    await pushEvent({ aggregateId: 'a-7', version: 1, type: 'OPENED' });
    seen.push((await getAggregate('a-7')).aggregate.version, same === accounts.eventStorageAdapter);
  });
  const open = new Command({
    commandId: 'OPEN_BOTH',
    requiredEventStores: tuple(accounts, transfersStore),
    async handler({ aggregateId }, [one, other]) {
      const { eventGroup } = await EventStore.pushEventGroup(
        one.groupEvent({ aggregateId, version: 1, type: 'OPENED' }),
        other.groupEvent({ aggregateId, version: 1, type: 'OPENED' }),
      );
      return eventGroup.map(({ nextAggregate }) => nextAggregate?.version ?? null);
    },
  });
  await request('POST /both', async () => {
    seen.push(await open.handler({ aggregateId: 'b-1' }, [accounts, transfersStore]));
    seen.push(await open.handler({ aggregateId: 'b-1' }, [accounts, transfersStore]).catch(failure));
    seen.push(await open.handler({ aggregateId: 'b-2' }, [twice, transfersStore]));
  });
  seen.push(accounts.simulateAggregate((await accounts.getEvents('a-1')).events).events);
  seen.push((await accounts.listAggregateIds({ limit: 2 })).aggregateIds.length);
  return { seen, published };
}
