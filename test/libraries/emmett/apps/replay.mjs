// A replay of a hundred thousand stored events, in the batches of a consumer, by a reactor, and of a fifth of them by a projection, which fail at
// some of them; then a few new ones.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const BATCHES = 1000;
const SIZE = 100;
/** One event in so many fails. */
const FAILING = 9_973;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

export async function replay({ emmett }) {
  const seen = [];
  const traces = [...Array(200).keys()].map((n) => n.toString(16).padStart(32, '1'));
  const stored = (position) => ({
    type: 'ItemAdded',
    kind: 'Event',
    data: { position },
    metadata: {
      messageId: `m-${position}`,
      streamName: `order-${position % 7}`,
      streamPosition: BigInt(position),
      globalPosition: BigInt(position),
      traceparent: `00-${traces[Math.floor(position / 10) % traces.length]}-00000000000000aa-01`,
    },
  });
  const handle = ({ data: { position } }) => {
    if (position % FAILING === 0) throw new RangeError(`event ${position}`);
  };
  const reactor = emmett.reactor({ processorId: 'mailer', eachMessage: async (message) => handle(message) });
  const projection = { name: 'items', canHandle: ['ItemAdded'], handle: async ([event]) => handle(event) };
  const projector = emmett.projector({ processorId: 'items', projection });
  for (const [processor, batches] of [
    [reactor, BATCHES],
    [projector, BATCHES / 5],
  ]) {
    await processor.start({});
    const heap = [];
    let failed = 0;
    for (let batch = 0; batch < batches; batch++) {
      const messages = [...Array(SIZE).keys()].map((n) => stored(batch * SIZE + n + 1));
      await processor.handle(messages, {}).catch(() => failed++);
      if (batch === 100 || batch === batches - 1) {
        collect();
        heap.push(process.memoryUsage().heapUsed);
      }
    }
    await processor.handle([stored(batches * SIZE + 1), stored(batches * SIZE + 2)], {});
    seen.push({ failed, grownMiB: Math.round((heap[1] - heap[0]) / 2 ** 20) });
  }
  return seen;
}
