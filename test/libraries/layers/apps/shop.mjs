// A shop with Nest above Emmett: the handler of a Nest command hands it to one of Emmett, and the handler of a Nest event sends a
// command over Emmett's message bus, which a CommandHandler of Emmett works on. Decorators are applied by hand, since this is plain
// JavaScript.
import { setTimeout as sleep } from 'node:timers/promises';

class Order {
  constructor(aggregateId, sku) {
    Object.assign(this, { aggregateId, sku });
  }
}
class Ordered {
  constructor(aggregateId) {
    this.aggregateId = aggregateId;
  }
}

export async function shop({ common, core, cqrs, emmett, request }) {
  const { Inject, Module } = common;
  const seen = [];
  const store = emmett.getInMemoryEventStore();
  const bus = emmett.getInMemoryMessageBus();
  const handle = emmett.CommandHandler({
    evolve: (count) => count + 1,
    initialState: () => 0,
    mapToStreamId: (id) => `order-${id}`,
  });
  const invoice = emmett.CommandHandler({
    evolve: (count) => count + 1,
    initialState: () => 0,
    mapToStreamId: (id) => `invoice-${id}`,
  });
  bus.handle(
    ({ data: { aggregateId } }) => invoice(store, aggregateId, () => ({ type: 'Invoiced', data: {} })),
    'Invoice',
  );

  class OrderHandler {
    constructor(events) {
      this.events = events;
    }
    async execute({ aggregateId, sku }) {
      await handle(store, aggregateId, () => {
        if (sku === undefined) throw new RangeError('nothing ordered');
        return { type: 'Ordered', data: { sku } };
      });
      this.events.publish(new Ordered(aggregateId));
    }
  }
  Inject(cqrs.EventBus)(OrderHandler, undefined, 0);
  cqrs.CommandHandler(Order)(OrderHandler);
  class Invoicing {
    async handle({ aggregateId }) {
      await bus.send({ type: 'Invoice', data: { aggregateId } });
    }
  }
  cqrs.EventsHandler(Ordered)(Invoicing);
  class Shop {}
  Module({ imports: [cqrs.CqrsModule], providers: [OrderHandler, Invoicing] })(Shop);

  const application = await core.NestFactory.createApplicationContext(Shop, { logger: false });
  const commands = application.get(cqrs.CommandBus);
  const order = (...of) => commands.execute(new Order(...of)).catch(({ message }) => seen.push(message));
  await request('POST /orders', () => order('o-1', 'tea'));
  await request('POST /orders, again', () => order('o-1', 'milk'));
  await request('POST /orders, refused', () => order('o-1'));
  await sleep(20);
  seen.push((await store.readStream('order-o-1')).events.length, (await store.readStream('invoice-o-1')).events.length);
  await application.close();
  return seen;
}
