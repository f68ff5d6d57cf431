// SPDX-License-Identifier: Apache-2.0
// Items of a stream that a call gives, as they are handled.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { setImmediate as macrotask, setTimeout as sleep } from 'node:timers/promises';
import { type Link, SpanStatusCode, trace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import type { ItemWords, Row, Streamed } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

interface Item {
  readonly name: string;
  readonly from?: string;
}

const originsOf = (item: unknown) => [{ carrier: { traceparent: (item as Item).from } }];

const each: Row = {
  span: 'handle',
  late: ({ args }) => args[1] === true,
  attributes: { item: ({ args }) => (args[0] as Item).name, behind: ({ args }) => args[1] as boolean },
  context: {
    parent: ({ args }) => (args[1] === true ? undefined : 'root'),
    links: ({ args }) => originsOf(args[0]),
  },
} as Row;

const words: ItemWords = {
  each,
  behind: {
    first: ([from]) => from !== 'end',
    until: 'caughtUp',
    again: 'fellBehind',
    stretch: {
      span: 'stretch',
      context: { parent: () => 'root' },
      attributes: { from: ({ args }) => (args as readonly string[])[0] },
      settled: {
        items: ({ facts }) => (facts as Streamed).items,
        last: ({ facts }) => ((facts as Streamed).last as Item | undefined)?.name,
      },
    } as Row,
    most: 4,
    longestMs: 60,
    origins: originsOf,
  },
};

class Store {
  stream = new PassThrough({ objectMode: true });
  subscribe(_from?: string): PassThrough {
    return this.stream;
  }
}
class Group extends Store {
  override subscribe(): PassThrough {
    return this.stream;
  }
}

describe('items of a stream', () => {
  let telemetry: Telemetry;
  before(() => {
    weaveClass(Store, { methods: { subscribe: { reaches: { items: words } } } });
    weaveClass(Group, { methods: { subscribe: { reaches: { items: { each } } } } });
  });
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const work = (name: string) => trace.getTracer('app').startActiveSpan(name, (span) => span.end());
  const spans = (name: string) => telemetry.spans().filter((span) => span.name === name);
  const names = (...items: string[]): Item[] => items.map((name) => ({ name }));
  const write = async (stream: PassThrough, items: readonly Item[]) => {
    for (const item of items) stream.write(item);
    await macrotask();
  };

  describe('that are new', () => {
    it('are handled below a span each, a root, by each listener of data, which is the one that was given', async () => {
      const seen: unknown[] = [];
      await trace.getTracer('app').startActiveSpan('request', async (span) => {
        const stream = new Store().subscribe('end');
        const listener = function (this: unknown, item: Item) {
          seen.push(this === stream, item.name);
          work(`mail ${item.name}`);
        };
        stream.on('data', listener).once('data', ({ name }) => work(`once ${name}`));
        assert.deepEqual(stream.rawListeners('data')[0], listener);
        await write(stream, names('a', 'b'));
        stream.off('data', listener);
        assert.equal(stream.listenerCount('data'), 0);
        span.end();
      });
      assert.deepEqual(seen, [true, 'a', true, 'b']);
      assert.equal(telemetry.tree(), 'request handle(mail a) handle(once a) handle(mail b)');
      assert.deepEqual(spans('handle')[0]?.attributes, { item: 'a', behind: false });
    });

    it('are linked to where they came from', async () => {
      const stream = new Store().subscribe('end').on('data', () => {});
      await write(stream, [
        { name: 'a', from: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` },
        { name: 'b', from: 'x' },
      ]);
      assert.deepEqual(
        spans('handle').map(({ links }) => links.map(({ context }) => [context.spanId, context.traceFlags])),
        [[['b'.repeat(16), 0]], []],
      );
    });

    it('are followed to their end in an async function, whose rejection the process hears of as before', async () => {
      const stream = new Store().subscribe('end');
      const rejected: unknown[] = [];
      const hear = (reason: unknown) => void rejected.push(reason);
      const others = process.rawListeners('unhandledRejection') as ((reason: unknown) => void)[];
      process.removeAllListeners('unhandledRejection').on('unhandledRejection', hear);
      try {
        const error = new RangeError('cannot');
        const handled: Promise<void>[] = [];
        stream.on('data', async ({ name }) => {
          await sleep(5);
          work(name);
          if (name === 'b') throw error;
        });
        // Rejected as well, and handled by the application itself: nobody else must hear of it.
        stream.on('data', ({ name }) => {
          const settled = name === 'b' ? Promise.reject(error) : Promise.resolve();
          handled.push(settled.catch(() => {}));
          return settled;
        });
        await write(stream, names('a', 'b'));
        await sleep(20);
        assert.deepEqual(rejected, [error]);
      } finally {
        process.off('unhandledRejection', hear);
        for (const other of others) process.on('unhandledRejection', other);
      }
      assert.equal(telemetry.tree(), 'handle(a) handle handle(b) handle');
      assert.deepEqual(
        spans('handle')
          .map(({ status }) => SpanStatusCode[status.code])
          .sort(),
        ['ERROR', 'UNSET', 'UNSET', 'UNSET'],
      );
    });

    it('fail with what a listener throws, which goes where it goes without us', async () => {
      const stream = new Store().subscribe('end');
      stream.on('data', () => {
        throw new RangeError('cannot');
      });
      stream.on('data', () => assert.fail('not called either'));
      assert.throws(() => stream.emit('data', { name: 'a' }), RangeError);
      assert.equal(spans('handle').length, 1);
      assert.equal(spans('handle')[0]?.status.code, SpanStatusCode.ERROR);
    });

    it('are piped on in a span each, and have none where nobody handles them', async () => {
      const stream = new Store().subscribe('end');
      const written: string[] = [];
      stream.pipe(
        new Writable({
          objectMode: true,
          write: ({ name }, _encoding, done) => {
            work(name);
            written.push(name);
            done();
          },
        }),
      );
      await write(stream, names('a', 'b'));
      assert.deepEqual(written, ['a', 'b']);
      assert.equal(telemetry.tree(), 'handle(a) handle(b)');
      const silent = new Store().subscribe('end');
      await write(silent, names('c'));
      assert.equal(silent.read().name, 'c');
      assert.equal(spans('handle').length, 2);
    });

    it('are handled in a loop from when they are given until the next is asked for, in the context of the loop', async () => {
      const stream = new Store().subscribe('end');
      const seen: string[] = [];
      const loop = trace.getTracer('app').startActiveSpan('loop', async (span) => {
        for await (const { name } of stream) {
          seen.push(`${name} ${spans('handle').length}`);
          work(name);
          if (name === 'c') break;
        }
        span.end();
      });
      await write(stream, names('a', 'b', 'c'));
      await loop;
      assert.deepEqual(seen, ['a 0', 'b 1', 'c 2']);
      assert.equal(telemetry.tree(), 'loop(a b c) handle handle handle');
      assert.equal(stream.destroyed, true);
    });

    it('are handled in a loop also over an iterator that leaves the stream as it is', async () => {
      const stream = new Group().subscribe();
      for (const item of names('a', 'b', 'c')) stream.write(item);
      for await (const { name } of stream.iterator({ destroyOnReturn: false })) {
        work(`work ${name}`);
        if (name === 'b') break;
      }
      assert.equal(stream.destroyed, false);
      for await (const { name } of stream) if (name === 'c') break;
      assert.deepEqual(
        spans('handle').map(({ attributes }) => attributes.item),
        ['a', 'b', 'c'],
      );
    });

    it('of a stream that has no phases are all told', async () => {
      const stream = new Group().subscribe().on('data', ({ name }) => work(name));
      await write(stream, names('a'));
      stream.emit('caughtUp');
      await write(stream, names('b'));
      assert.equal(telemetry.tree(), 'handle(a) handle(b)');
    });

    it('are left to an emit that somebody else has put on the stream', async () => {
      const store = new Store();
      const emitted: unknown[] = [];
      const { emit } = store.stream;
      store.stream.emit = function (this: PassThrough, ...args: Parameters<typeof emit>) {
        emitted.push(args[0]);
        return Reflect.apply(emit, this, args);
      } as typeof emit;
      const stream = store.subscribe('end').on('data', ({ name }) => work(name));
      await write(stream, names('a'));
      assert.ok(emitted.includes('data'));
      assert.equal(telemetry.tree(), 'handle(a)');
    });

    it('are left to an emitter that does more than to call its listeners', async () => {
      const capturing = new PassThrough({ objectMode: true, captureRejections: true } as object);
      const store = new Store();
      store.stream = capturing;
      const stream = store.subscribe('end').on('data', async () => {
        work('a');
        throw new RangeError('captured');
      });
      const failed = once(stream, 'error');
      stream.write({ name: 'a' });
      assert.deepEqual(await failed, [new RangeError('captured')]);
      assert.equal(telemetry.tree(), 'handle(a)');
    });
  });

  describe('that are old', () => {
    it('are told in stretches of so many, with links and counts, single ones only where they fail', async () => {
      const store = new Store();
      const stream = store.subscribe('start');
      const from = (span: string) => `00-${'a'.repeat(32)}-${span.repeat(16)}-01`;
      stream
        .on('error', () => {})
        .on('data', ({ name }) => {
          work(name);
          if (name === 'c') throw new RangeError('cannot');
        });
      for (const name of ['a', 'b']) stream.emit('data', { name, from: from('b') });
      assert.throws(() => stream.emit('data', { name: 'c', from: from('c') }), RangeError);
      for (const name of ['d', 'e', 'f']) stream.emit('data', { name });
      stream.emit('caughtUp');
      stream.emit('data', { name: 'g' });
      assert.equal(telemetry.tree(), 'stretch(a b c handle d) stretch(e f) handle(g)');
      const [first, second] = spans('stretch');
      assert.deepEqual(first?.attributes, { from: 'start', items: 4, last: 'd' });
      assert.deepEqual(second?.attributes, { from: 'start', items: 2, last: 'f' });
      const linked = (links: readonly Link[] | undefined) => links?.map(({ context }) => context.spanId[0]);
      assert.deepEqual([linked(first?.links), linked(second?.links)], [['b', 'c'], []]);
      assert.deepEqual(linked(spans('handle')[0]?.links), ['c']);
    });

    it('are those that wait in the buffer as well, when the stream has caught up', async () => {
      const stream = new Store().subscribe('start');
      await write(stream, names('a', 'b'));
      stream.emit('caughtUp');
      await write(stream, names('c'));
      stream.on('data', () => {});
      await macrotask();
      assert.equal(telemetry.tree(), 'stretch handle');
      assert.equal(spans('handle')[0]?.attributes.item, 'c');
    });

    it('are told for so long at most, also while nothing comes; and when the stream falls behind again', async () => {
      const stream = new Store().subscribe('start').on('data', () => {});
      await write(stream, names('a'));
      assert.equal(spans('stretch').length, 0);
      await sleep(100);
      assert.equal(spans('stretch').length, 1);
      stream.emit('caughtUp');
      stream.emit('fellBehind');
      await write(stream, names('b'));
      stream.end();
      await once(stream, 'close');
      assert.equal(telemetry.tree(), 'stretch stretch');
    });

    it('end with the stream, and fail with it', async () => {
      const stream = new Store()
        .subscribe('start')
        .on('data', () => {})
        .on('error', () => {});
      await write(stream, names('a'));
      stream.destroy(new RangeError('dropped'));
      await new Promise((resolve) => stream.once('close', resolve));
      assert.deepEqual(
        spans('stretch').map(({ status }) => SpanStatusCode[status.code]),
        ['ERROR'],
      );
    });

    it('are told in stretches in a loop, too', async () => {
      const stream = new Store().subscribe('start');
      const loop = (async () => {
        for await (const { name } of stream) if (name === 'd') break;
      })();
      await write(stream, names('a', 'b'));
      stream.emit('caughtUp');
      await write(stream, names('c', 'd'));
      await loop;
      assert.deepEqual(
        telemetry.spans().map(({ name, attributes }) => [name, attributes.items ?? attributes.item]),
        [
          ['stretch', 2],
          ['handle', 'c'],
          ['handle', 'd'],
        ],
      );
    });

    it('are also the one that a loop has at hand when the stream has caught up', async () => {
      const stream = new Store().subscribe('start');
      const loop = (async () => {
        for await (const { name } of stream) {
          if (name === 'a') stream.emit('caughtUp');
          if (name === 'c') break;
        }
      })();
      await write(stream, names('a', 'b'));
      await write(stream, names('c'));
      await loop;
      assert.deepEqual(
        telemetry.spans().map(({ name, attributes }) => [name, attributes.items ?? attributes.item]),
        [
          ['stretch', 2],
          ['handle', 'c'],
        ],
      );
    });

    it('give no spans of their own where their stretch is not sampled, nor does one that fails', async () => {
      telemetry.stop();
      telemetry = startTelemetry({ sampler: new AlwaysOffSampler() });
      const stream = new Store().subscribe('start').on('data', ({ name }) => {
        if (name === 'b') throw new RangeError('cannot');
      });
      stream.emit('data', { name: 'a' });
      assert.throws(() => stream.emit('data', { name: 'b' }), RangeError);
      stream.emit('caughtUp');
      assert.deepEqual(telemetry.spans(), []);
    });

    it('of which there are a hundred thousand give a span for each stretch, and one for each that fails', async () => {
      class Long {
        subscribe(): PassThrough {
          return new PassThrough({ objectMode: true });
        }
      }
      const long = { ...words, behind: { ...words.behind, most: 1000, longestMs: 60_000 } } as ItemWords;
      weaveClass(Long, { methods: { subscribe: { reaches: { items: long } } } });
      const stream = new Long().subscribe().on('data', ({ name }) => {
        if (name === '500') throw new RangeError('cannot');
      });
      for (let i = 0; i < 100_000; i++) {
        try {
          stream.emit('data', { name: String(i) });
        } catch {}
      }
      stream.emit('caughtUp');
      assert.deepEqual([spans('stretch').length, spans('handle').length], [100, 1]);
    });
  });

  it('are handled bare while nobody listens, and told from when somebody does', async () => {
    telemetry.stop();
    const stream = new Store().subscribe('start').on('data', ({ name }) => work(name));
    await write(stream, names('a'));
    telemetry = startTelemetry();
    await write(stream, names('b'));
    stream.emit('caughtUp');
    assert.equal(telemetry.tree(), 'stretch(b)');
  });

  it('of a row that fails cost that row, and the handling nothing', async () => {
    class Odd {
      subscribe(): PassThrough {
        return new PassThrough({ objectMode: true });
      }
    }
    const refuse = () => {
      throw new TypeError('no');
    };
    const behind = { ...words.behind, first: refuse, stretch: { ...words.behind?.stretch } };
    const odd = { each, behind } as ItemWords;
    weaveClass(Odd, { methods: { subscribe: { reaches: { items: odd } } } }, testRuntime());
    const seen: string[] = [];
    const stream = new Odd().subscribe().on('data', ({ name }) => seen.push(name));
    stream.emit('data', { name: 'a' });
    stream.emit('fellBehind');
    stream.emit('data', { name: 'b' });
    assert.deepEqual(seen, ['a', 'b']);
    assert.deepEqual(telemetry.tree(), 'handle');
  });
});
