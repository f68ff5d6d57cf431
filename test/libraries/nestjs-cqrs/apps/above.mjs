// Commands of Nest whose handlers are those of Emmett: the second loses a race and is tried again, the third fails.

class AddItem {
  constructor(cartId, work = () => {}) {
    this.aggregateId = cartId;
    this.work = work;
  }
}

export async function above({ common, core, cqrs, emmett, request }) {
  const store = emmett.getInMemoryEventStore();
  const retry = {
    onVersionConflict: { retries: 2, minTimeout: 1, shouldRetryError: emmett.isExpectedVersionConflictError },
  };
  const handle = emmett.CommandHandler({ evolve: (state) => state, initialState: () => ({}), retry });
  class AddItemHandler {
    async execute({ aggregateId, work }) {
      const { newEvents } = await handle(store, aggregateId, async () => {
        await work();
        return { type: 'ItemAdded', data: {} };
      });
      return newEvents.length;
    }
  }
  cqrs.CommandHandler(AddItem)(AddItemHandler);
  class AppModule {}
  common.Module({ imports: [cqrs.CqrsModule.forRoot()], providers: [AddItemHandler] })(AppModule);
  const app = await core.NestFactory.createApplicationContext(AppModule, { logger: false });
  const commands = app.get(cqrs.CommandBus);
  const seen = [];
  let races = 1;
  const race = async () => {
    if (races-- > 0) await store.appendToStream('c-1', [{ type: 'Sneaked', data: {} }]);
  };
  const fail = () => {
    throw 'refused';
  };
  await request('POST /carts', async () => seen.push(await commands.execute(new AddItem('c-1'))));
  await request('POST /carts, raced', async () => seen.push(await commands.execute(new AddItem('c-1', race))));
  await request('POST /carts, failed', async () =>
    seen.push(await commands.execute(new AddItem('c-1', fail)).catch((error) => `threw ${error}`)),
  );
  await app.close();
  return seen;
}
