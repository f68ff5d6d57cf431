// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { rows } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

class Base {
  async *read(count: number, failAt = -1): AsyncGenerator<number> {
    for (let i = 0; i < count; i++) {
      trace.getTracer('store').startActiveSpan(`fetch ${i}`, (span) => span.end());
      await null;
      if (i === failAt) throw new RangeError('gone');
      yield i;
    }
  }
}

describe('a woven iterator', () => {
  let telemetry: Telemetry;
  class Store extends Base {
    override async *read(count: number, failAt = -1): AsyncGenerator<number> {
      yield* super.read(count, failAt);
    }
  }
  before(() => {
    weaveClass(Store, {
      methods: rows<Store>({ read: { span: 'read', gives: 'iterator', attributes: { n: ({ args: [n] }) => n } } }),
    });
  });
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const look = () => trace.getTracer('app').startActiveSpan('look', (span) => span.end());

  it('is one span from the first pull to the end, current while pulled, not for the code between items', async () => {
    await trace.getTracer('app').startActiveSpan('report', async (span) => {
      for await (const _ of new Store().read(2)) look();
      span.end();
    });
    assert.equal(telemetry.tree(), 'report(read(fetch 0 fetch 1) look look)');
    assert.deepEqual(telemetry.spans().find((span) => span.name === 'read')?.attributes, { n: 2 });
  });

  it('starts at the first pull, not at the call', async () => {
    const iterator = new Store().read(1);
    await trace.getTracer('app').startActiveSpan('later', async (span) => {
      await iterator.next();
      await iterator.next();
      span.end();
    });
    assert.equal(telemetry.tree(), 'later(read(fetch 0))');
  });

  it('ends at an early exit, and leaves no span when it is never pulled', async () => {
    for await (const _ of new Store().read(5)) break;
    await new Store().read(5).return(undefined);
    new Store().read(5);
    assert.equal(telemetry.tree(), 'read(fetch 0)');
    assert.equal(telemetry.spans().at(-1)?.status.code, SpanStatusCode.UNSET);
  });

  it('records an error of the source, also one that it makes of an error thrown into it', async () => {
    await assert.rejects(async () => {
      for await (const _ of new Store().read(3, 1)) look();
    }, RangeError);
    class Strict {
      *read() {
        try {
          yield 1;
        } catch (cause) {
          throw new SyntaxError('cannot close', { cause });
        }
      }
    }
    weaveClass(Strict, { methods: { read: { span: 'read', gives: 'iterator' } } });
    const iterator = new Strict().read();
    iterator.next();
    assert.throws(() => iterator.throw(new Error('enough')), SyntaxError);
    const reads = telemetry.spans().filter((span) => span.name === 'read');
    assert.deepEqual(
      reads.map((span) => [span.status.code, span.events.length, span.attributes['error.class']]),
      [
        [SpanStatusCode.ERROR, 1, 'RangeError'],
        [SpanStatusCode.ERROR, 1, 'SyntaxError'],
      ],
    );
  });

  it('takes an error that its consumer throws into it, and gets back, for an early end', async () => {
    class Numbers {
      *read() {
        yield 1;
        yield 2;
      }
      readLater() {
        return new Store().read(3);
      }
    }
    weaveClass(Numbers, { methods: { read: { span: 'read', gives: 'iterator' } } });
    const enough = new SyntaxError('enough');
    const iterator = new Store().read(3);
    await iterator.next();
    await assert.rejects(iterator.throw(enough), enough);
    const numbers = new Numbers().read();
    numbers.next();
    assert.throws(() => numbers.throw(enough), enough);
    await assert.rejects(
      pipeline(Readable.from(new Store().read(3)), async (items) => {
        for await (const _ of items) throw enough;
      }),
      enough,
    );
    const reads = telemetry.spans().filter((span) => span.name === 'read');
    assert.deepEqual(
      reads.map((span) => [span.status.code, span.events.length]),
      [
        [SpanStatusCode.UNSET, 0],
        [SpanStatusCode.UNSET, 0],
        [SpanStatusCode.UNSET, 0],
      ],
    );
  });

  it('is not iterated once more by telemetry that reads it: an attribute may be the very list that is returned', () => {
    class Log {
      readonly items = ['a', 'b'];
      read() {
        return this.items;
      }
    }
    weaveClass(Log, {
      methods: rows<Log>({
        read: {
          span: 'read',
          gives: 'iterator',
          attributes: { items: ({ self }) => self.items },
          settled: { all: ({ self }) => self.items },
        },
      }),
    });
    assert.deepEqual([...new Log().read()], ['a', 'b']);
    assert.equal(telemetry.tree(), 'read');
    assert.deepEqual(telemetry.spans()[0]?.attributes, { items: ['a', 'b'], all: ['a', 'b'] });
  });

  it('keeps the object: prototype, instanceof, tag, methods that are its own but not enumerable', async () => {
    const iterator = new Store().read(1);
    assert.equal(Object.prototype.toString.call(iterator), '[object AsyncGenerator]');
    assert.ok(iterator instanceof (Store.prototype.read as unknown as new () => object));
    assert.equal(iterator[Symbol.asyncIterator](), iterator);
    assert.deepEqual(Object.keys(iterator), []);
    assert.equal(iterator.next.name, 'next');
    assert.equal(iterator.next.length, 1);
  });

  it('answers pulls that are not awaited in order, and ends once', async () => {
    const iterator = new Store().read(2);
    const answers = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
    assert.deepEqual(
      answers.map(({ done, value }) => [done, value]),
      [
        [false, 0],
        [false, 1],
        [true, undefined],
        [true, undefined],
      ],
    );
    assert.equal(telemetry.spans().filter((span) => span.name === 'read').length, 1);
  });

  it('inherits an unsampled decision', async () => {
    telemetry.stop();
    telemetry = startTelemetry({ sampler: new AlwaysOffSampler() });
    const flags: unknown[] = [];
    class Reader {
      async *read() {
        flags.push(trace.getActiveSpan()?.spanContext().traceFlags);
        yield 1;
      }
    }
    weaveClass(Reader, { methods: { read: { span: 'read', gives: 'iterator' } } });
    for await (const _ of new Reader().read()) {
      // only the pull matters
    }
    assert.deepEqual(flags, [0]);
  });

  it('traces each iteration of an iterable that is no iterator, sync ones too', () => {
    class List {
      all() {
        return new Set([1, 2]);
      }
    }
    weaveClass(List, { methods: { all: { span: 'all', gives: 'iterator' } } });
    const all = new List().all();
    assert.deepEqual([...all, ...all], [1, 2, 1, 2]);
    assert.equal(telemetry.tree(), 'all all');
  });
});
