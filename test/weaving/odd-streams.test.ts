// SPDX-License-Identifier: Apache-2.0
// Streams, iterators and listeners that are over, closed to others, or answer no questions: what is told of them ends, and they work
// as they do without us.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import type { Row } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

class Giver {
  read<T>(given: T): T {
    return given;
  }
  handle<T>(given: T): T {
    return given;
  }
}

const each: Row = { span: 'handle' };
const behind = {
  first: () => true,
  until: 'caughtUp',
  again: 'fellBehind',
  stretch: { span: 'stretch' },
  most: 10,
  longestMs: 1000,
  origins: () => [],
};

describe('a stream that is hardly one', () => {
  let telemetry: Telemetry;
  before(() => {
    weaveClass(Giver, {
      methods: { read: { span: 'read', gives: 'stream' }, handle: { reaches: { items: { each, behind } } } },
    });
  });
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const read = async (): Promise<Readable> => {
    const stream = Readable.from([1]).resume();
    await once(stream, 'close');
    return stream;
  };
  const ended = async (): Promise<Readable> => {
    const stream = new Readable({ read() {}, autoDestroy: false }).resume();
    stream.push(null);
    await once(stream, 'end');
    return stream;
  };
  const destroyed = async (): Promise<Readable> => {
    const stream = new PassThrough().destroy();
    await once(stream, 'close');
    return stream;
  };

  for (const [what, make] of Object.entries({ read, ended, destroyed })) {
    it(`ends what is told of it with the call where it is over already: ${what}`, async () => {
      new Giver().read(await make());
      assert.equal(telemetry.tree(), 'read');
    });
  }

  it('ends what is told of it with the call where an iterator lets nobody see, or is told of elsewhere', () => {
    const closed = Object.freeze([1, 2]);
    assert.deepEqual([...new Giver().read(closed)], [1, 2]);
    const twice = [1, 2].values();
    new Giver().read(twice);
    new Giver().read(twice);
    assert.deepEqual([...twice], [1, 2]);
    assert.equal(telemetry.tree(), 'read read read');
  });

  it('has listeners that answer no questions', () => {
    const refuse = () => {
      throw new TypeError('no');
    };
    const seen: unknown[] = [];
    const stream = new Giver().handle(new PassThrough({ objectMode: true }));
    const listener = (item: unknown) => void seen.push(item);
    stream.on('data', new Proxy(listener, { get: refuse, getOwnPropertyDescriptor: refuse, has: refuse }));
    stream.on(
      'data',
      Object.defineProperty(() => void seen.push('b'), 'listener', { get: refuse }),
    );
    stream.emit('data', 'a');
    assert.deepEqual(seen, ['a', 'b']);
  });

  it('may not say how many items wait', () => {
    const stream = Object.defineProperty(Object.assign(new EventEmitter(), { read() {} }), 'readableLength', {
      get() {
        throw new TypeError('no');
      },
    });
    let heard = 0;
    const given = new Giver().handle(stream).on('caughtUp', () => heard++);
    given.on('data', () => {}).emit('caughtUp');
    given.emit('data', 1);
    assert.deepEqual([heard, telemetry.tree()], [1, 'handle']);
  });
});
