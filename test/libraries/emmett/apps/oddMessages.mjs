// What careless callers hand to processors, and handlers that fail or end in odd ways; at the end messages as they should be.
import { oddValues, refuse } from '../../odd-values.mjs';

const odd = () => ({
  ...oddValues(),
  getter: Object.defineProperty({ data: {}, metadata: {} }, 'type', { get: refuse, enumerable: true }),
  ids: { traceparent: 7, tracestate: [], traceId: {}, spanId: null, $traceId: 'x', $spanId: 'y' },
  stop: Object.freeze({ type: 'STOP' }),
  skip: { type: 'SKIP', reason: {} },
  batch: { messages: [{}] },
});

export async function oddMessages({ emmett, request }) {
  const seen = [];
  const isError = (error) => {
    try {
      return error instanceof Error;
    } catch {
      return false;
    }
  };
  const attempt = async (what, work) => {
    try {
      seen.push(`${what}: ${typeof (await work())}`);
    } catch (error) {
      seen.push(
        `${what}: ${isError(error) ? `${error.constructor.name}: ${error.message}` : `threw a ${typeof error}`}`,
      );
    }
  };
  let position = 0n;
  const message = (more = {}) => {
    const metadata = { messageId: 'm', streamName: 's', streamPosition: 1n, globalPosition: ++position, ...more };
    return { type: 'Created', kind: 'Event', data: {}, metadata };
  };
  const started = async (processor) => {
    await processor.start({});
    return processor;
  };
  const { inMemoryProjector, inMemoryReactor, projector, reactor } = emmett;
  const fine = { processorId: 'fine', eachMessage: async () => {} };
  const many = (value) => Array.from({ length: 120 }, (_, n) => (n === 119 ? value : message()));

  for (const [name, value] of Object.entries(odd())) {
    const fails = async () => {
      throw value;
    };
    for (const make of [reactor, inMemoryReactor, projector, inMemoryProjector]) {
      await attempt(`${make.name} of ${name}`, async () => make(value));
      const options = { processorId: value, eachMessage: value, projection: value, canHandle: value };
      await attempt(`${make.name} of options ${name}`, async () => make(options));
      const handling = { processorId: 'p', eachMessage: value, projection: { canHandle: ['Created'], handle: value } };
      await attempt(`${make.name} handles with ${name}`, async () =>
        (await started(make(handling))).handle([message()], {}),
      );
    }
    for (const each of [fails, () => value, async () => value]) {
      const one = Object.assign(await started(reactor({ ...fine, eachMessage: each })), { id: value });
      await attempt(`handler that ends with ${name}`, () => one.handle([message(), message()], {}));
      await attempt(`handler that ends a batch with ${name}`, () => one.handle(many(message()), {}));
      const projection = { name: value, canHandle: ['Created'], handle: each };
      const other = await started(projector({ processorId: 'p', projection }));
      await attempt(`projection that ends with ${name}`, () => other.handle([message(), message()], {}));
      await attempt(`projection that ends a batch with ${name}`, () => other.handle(many(message()), {}));
    }
    const one = await started(reactor(fine));
    await attempt(`messages ${name}`, () => one.handle(value, {}));
    await attempt(`a list of ${name}`, () => one.handle([value], {}));
    await attempt(`a full batch with ${name}`, () => one.handle(many(value), value));
    await attempt(`metadata ${name}`, () => one.handle([{ type: 'Created', data: {}, metadata: value }], {}));
    const traced = { traceparent: value, tracestate: value, traceId: value, spanId: value };
    await attempt(`trace context ${name}`, () => one.handle([message(traced)], {}));
    await attempt(`position ${name}`, () => one.handle([message({ globalPosition: value, messageId: value })], {}));
    const { handle } = one;
    await attempt(`torn off, of ${name}`, () => handle([message(), value], {}));
    const frozen = Object.freeze(Object.assign(await started(reactor(fine)), { id: value, type: value }));
    await attempt(`frozen, of ${name}`, () => frozen.handle([message()], {}));
  }

  const proper = await started(reactor({ ...fine, processorId: 'proper' }));
  const projection = { name: 'items', canHandle: ['Created'], handle: async () => {} };
  const items = await started(projector({ processorId: 'items', projection }));
  await request('POST /proper', async () => {
    await proper.handle([message()], {});
    await items.handle([message()], {});
  });
  return seen;
}
