// Appends what a worker in another process handles: orders of two requests, one of a request that is not sampled, and one whose
// metadata was written by somebody else.
export async function producer({ postgresql, api, request }) {
  const store = postgresql.getPostgreSQLEventStore(process.env.POSTGRES_URL);
  await store.schema.migrate();
  const added = (sku, metadata) => ({ type: 'ItemAdded', data: { sku }, ...(metadata && { metadata }) });
  await request('POST /orders/1', () => store.appendToStream('order-1', [added('s-1'), added('s-2')]));
  await request('POST /orders/2', () => store.appendToStream('order-2', [added('s-3', { by: 'me' })]));
  const unsampled = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0, isRemote: true };
  await api.context.with(api.trace.setSpanContext(api.ROOT_CONTEXT, unsampled), () =>
    store.appendToStream('order-3', [added('unsampled')]),
  );
  await store.appendToStream('order-4', [
    added('kurrent', { $traceId: 'c'.repeat(32), $spanId: 'd'.repeat(16), traceparent: 'garbage' }),
    added('garbage', { traceparent: 7, tracestate: null, traceId: [], spanId: {} }),
  ]);
  await store.close();
  return [];
}
