// Handles what a producer in another process has appended, with a reactor and a projection, and forwards it to a message bus.
export async function worker({ emmett, postgresql, request }) {
  const seen = [];
  const bus = emmett.getInMemoryMessageBus();
  bus.subscribe(async function send({ data }) {
    seen.push(data.sku);
  }, 'ItemAdded');
  const consumer = postgresql.getPostgreSQLEventStore(process.env.POSTGRES_URL).consumer();
  const stopAfter = ({ data }) => data.sku === 'garbage';
  const eachMessage = async (message) => {
    if (message.data.sku === 's-1') await emmett.forwardToMessageBus(bus)([message]);
    if (message.data.sku === 'unsampled') seen.push(message.metadata.traceparent ?? null);
  };
  consumer.reactor({ processorId: 'mailer', startFrom: 'BEGINNING', stopAfter, eachMessage });
  consumer.projector({
    processorId: 'items',
    startFrom: 'BEGINNING',
    stopAfter,
    projection: { name: 'items', canHandle: ['ItemAdded'], handle: async () => {} },
  });
  await request('POST /start', () => consumer.start());
  await consumer.close();
  return seen;
}
