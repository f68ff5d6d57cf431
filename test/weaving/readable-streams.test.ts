// SPDX-License-Identifier: Apache-2.0
// Calls that give a readable stream of Node, or an iterator instead.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import type { Row, Streamed } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

const row: Row = {
  span: 'read',
  gives: 'stream',
  result: {
    items: ({ facts }) => (facts as Streamed).items,
    last: ({ facts }) => (facts as Streamed).last as number,
  },
};

class Store {
  read(items: number, failAt = -1): Readable {
    return Readable.from(this.numbers(items, failAt));
  }
  /** An error that the stream only tells, as some libraries do, and goes on as if nothing were. */
  tell(): Readable {
    const stream = new PassThrough({ objectMode: true });
    setImmediate(() => stream.emit('error', new RangeError('told')));
    return stream;
  }
  async *numbers(items: number, failAt = -1): AsyncGenerator<number> {
    for (let i = 0; i < items; i++) {
      if (i === failAt) throw new RangeError('gone');
      await null;
      trace.getTracer('store').startActiveSpan('fetch', (span) => span.end());
      yield i;
    }
  }
  iterate(items: number, failAt = -1): AsyncGenerator<number> {
    return this.numbers(items, failAt);
  }
  nothing(): undefined {
    return undefined;
  }
  refuse(): Readable {
    throw new RangeError('no');
  }
}
weaveClass(Store, { methods: { read: row, tell: row, iterate: row, nothing: row, refuse: row } });

const ends = {
  loop: async (stream) => {
    for await (const _ of stream);
  },
  'listeners of data': async (stream) => {
    stream.on('data', () => {});
    await once(stream, 'end');
  },
  'listeners of readable': async (stream) => {
    stream.on('readable', () => {
      while (stream.read() !== null);
    });
    await once(stream, 'end');
  },
  pipe: (stream) => pipeline(stream, new Writable({ objectMode: true, write: (_item, _encoding, done) => done() })),
  helpers: (stream) => stream.forEach(() => {}),
} as const satisfies Record<string, (stream: Readable) => Promise<unknown>>;

describe('a call that gives a readable stream', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const reads = () => telemetry.spans().filter(({ name }) => name === 'read');
  const told = () =>
    reads().map(({ status, attributes }) => [SpanStatusCode[status.code], attributes.items, attributes.last]);

  for (const [how, read] of Object.entries(ends)) {
    it(`is one span from the call to the end, however it is read: ${how}`, async () => {
      await trace.getTracer('app').startActiveSpan('report', async (span) => {
        await read(new Store().read(3));
        span.end();
      });
      assert.deepEqual(told(), [['UNSET', 3, 2]]);
      assert.match(telemetry.tree(), /^report\(read\b/);
    });
  }

  it('has what the library starts in the call below it, and not what its reader does', async () => {
    class Eager {
      read(): Readable {
        const stream = new PassThrough({ objectMode: true });
        setImmediate(() => {
          trace.getTracer('driver').startActiveSpan('request', (span) => span.end());
          stream.end('item');
        });
        return stream;
      }
    }
    weaveClass(Eager, { methods: { read: row } });
    const stream = new Eager().read();
    await trace.getTracer('app').startActiveSpan('reader', async (span) => {
      for await (const _ of stream) trace.getTracer('app').startActiveSpan('look', (inner) => inner.end());
      span.end();
    });
    assert.equal(telemetry.tree(), 'read(request) reader(look)');
  });

  it('fails with the error of its source, whoever hears of it, and with one that the stream only tells', async () => {
    await assert.rejects(ends.loop(new Store().read(3, 1)), RangeError);
    const stream = new Store().read(3, 1).on('data', () => {});
    await once(stream, 'close').catch(() => {});
    await assert.rejects(once(new Store().tell().resume(), 'end'), RangeError);
    assert.throws(() => new Store().refuse(), RangeError);
    assert.deepEqual(
      reads().map(({ status, attributes }) => [SpanStatusCode[status.code], attributes['error.class']]),
      Array(4).fill(['ERROR', 'RangeError']),
    );
  });

  it('ends well where its reader leaves early: a loop that breaks, a stream that is destroyed', async () => {
    for await (const _ of new Store().read(9)) break;
    const stream = new Store().read(9).on('data', () => stream.destroy());
    await once(stream, 'close');
    await new Store().read(9).take(2).toArray();
    assert.deepEqual(
      told().map(([status]) => status),
      ['UNSET', 'UNSET', 'UNSET'],
    );
  });

  it('may give an iterator instead, whose end is its own, or nothing at all', async () => {
    for await (const _ of new Store().iterate(3));
    for await (const _ of new Store().iterate(3)) break;
    await assert.rejects(async () => {
      for await (const _ of new Store().iterate(3, 2));
    }, RangeError);
    new Store().nothing();
    assert.deepEqual(told(), [
      ['UNSET', 3, 2],
      ['UNSET', 1, 0],
      ['ERROR', undefined, undefined],
      ['UNSET', undefined, undefined],
    ]);
  });

  it('is left alone where its span is not sampled', async () => {
    telemetry.stop();
    telemetry = startTelemetry({ sampler: new AlwaysOffSampler() });
    const stream = new Store().read(2);
    assert.deepEqual(Object.getOwnPropertyDescriptor(stream, 'emit'), undefined);
    await ends.loop(stream);
    assert.deepEqual(telemetry.spans(), []);
  });
});

describe('a woven readable stream', () => {
  let telemetry: Telemetry;
  before(() => {
    telemetry = startTelemetry();
  });
  after(() => telemetry.stop());

  /** Everything that a reader can see of a slow stream that it reads slowly. */
  async function seenOf(make: (source: Transform) => Readable): Promise<unknown[]> {
    const seen: unknown[] = [];
    const source = new Transform({
      objectMode: true,
      highWaterMark: 2,
      transform: (item, _encoding, done) => done(null, item),
    });
    const stream = make(source);
    seen.push(stream === source, stream instanceof Transform, Object.keys(stream), stream.constructor.name);
    seen.push([stream.emit.name, stream.emit.length]);
    const once = () => seen.push('once');
    const listener = (item: unknown) => {
      seen.push(['data', item, stream.readableLength, source.writableNeedDrain]);
      stream.pause();
      void setTimeout(1).then(() => stream.resume());
    };
    for (const name of ['end', 'close', 'error', 'pause', 'resume', 'drain', 'newListener', 'removeListener'] as const)
      stream.on(name as 'end', (...given: unknown[]) => seen.push([name, typeof given[0] === 'string' ? given[0] : 0]));
    stream
      .once('data', once)
      .on('data', listener)
      .prependListener('data', () => seen.push('first'));
    seen.push(stream.listeners('data').length, stream.listeners('data')[2] === listener);
    seen.push(stream.rawListeners('data').map((raw) => (raw as () => void).name));
    for (let i = 0; i < 6; i++) seen.push(['write', source.write(i)]);
    source.end();
    await new Promise((resolve) => stream.once('close', resolve));
    // Its reader may be about to go on reading.
    await setTimeout(20);
    stream.off('data', listener);
    seen.push(stream.listenerCount('data'), stream.emit('nobody'));
    return seen;
  }

  const items: Row = { reaches: { items: { each: { span: 'handle' } } } };
  for (const [what, woven] of Object.entries({ 'a read': row, 'items that are handled': items })) {
    it(`is the same stream with the same listeners in the same order, and as slow as its reader: ${what}`, async () => {
      class Giver {
        give(source: Transform): Transform {
          return source;
        }
      }
      const bare = await seenOf((source) => new Giver().give(source));
      weaveClass(Giver, { methods: { give: woven } });
      assert.deepEqual(await seenOf((source) => new Giver().give(source)), bare);
    });
  }
});
