// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { TracingMixin, traced } from '../../src/custom/index.js';
import { startTelemetry, type Telemetry } from '../../testkit/telemetry.js';

describe('traced', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());
  const names = () => telemetry.spans().map(({ name }) => name);
  const currentName = () => (trace.getActiveSpan() as { name?: string } | undefined)?.name;

  class Ledger {
    readonly #entries: string[] = [];

    @traced('ledger.post', { attributes: (account: string) => ({ account }) })
    async post(account: string, amount: number, ..._notes: string[]) {
      await this.#append(`${account}=${amount}`);
      return currentName();
    }

    @traced('ledger.append')
    async #append(entry: string) {
      this.#entries.push(entry);
    }

    @traced('ledger.count', { attributes: { 'db.system': 'memory', empty: '' } })
    count() {
      return this.#entries.length;
    }

    @traced('ledger.open')
    static open() {
      return new Ledger();
    }

    @traced('ledger.close')
    static #close(this: void) {
      return 'closed';
    }
    static closeAll() {
      return Ledger.#close();
    }

    @traced('ledger.total', { attributes: (...amounts: number[]) => ({ amounts: amounts.length }) })
    readonly total = (...amounts: number[]) => this.count() + amounts.length;

    @traced('ledger.entries')
    *entries() {
      for (const entry of this.#entries) yield `${currentName()} ${entry}`;
      return 'end';
    }

    @traced('ledger.stream', { attributes: (from: number) => ({ from }) })
    async *stream(from: number) {
      for (const entry of this.#entries.slice(from)) {
        await null;
        yield `${currentName()} ${entry}`;
      }
    }
  }

  it('traces methods of any class: async, private, static, private static, and a field that holds a function', async () => {
    const ledger = Ledger.open();
    assert.equal(await ledger.post('a', 1, 'note'), 'ledger.post');
    assert.equal(ledger.count(), 1);
    assert.equal(Ledger.closeAll(), 'closed');
    assert.equal(ledger.total(2, 3), 3);
    assert.equal(
      telemetry.tree(),
      'ledger.open ledger.post(ledger.append) ledger.count ledger.close ledger.total(ledger.count)',
    );
    const attributes = Object.fromEntries(telemetry.spans().map(({ name, attributes }) => [name, attributes]));
    assert.deepEqual(attributes['ledger.post'], { account: 'a' });
    assert.deepEqual(attributes['ledger.count'], { 'db.system': 'memory' });
    assert.deepEqual(attributes['ledger.total'], { amounts: 2 });
    assert.equal(telemetry.spans()[0]?.instrumentationScope.name, 'opentelemetry-instrumentation-eventsource');
  });

  it('keeps name, length, kind and other properties of what it traces', () => {
    const { post, stream, entries } = Ledger.prototype;
    assert.deepEqual([post.name, post.length], ['post', 2]);
    assert.deepEqual([stream.name, stream.length, entries.name], ['stream', 1, 'entries']);
    for (const kind of [
      async () => {},
      function* () {},
      async function* () {},
      () => {},
      class {}.prototype.constructor,
    ]) {
      const wrapped = traced('x')(kind as () => unknown);
      assert.equal(Object.getPrototypeOf(wrapped), Object.getPrototypeOf(kind));
    }
    const documented = Object.assign(() => {}, { description: 'what it does' });
    assert.equal(traced('x')(documented).description, 'what it does');
    assert.deepEqual(Object.getOwnPropertyNames(Ledger.prototype).slice(1, 3), ['post', 'count']);
  });

  it('wraps a function, with the this and the arguments of each call, and new', () => {
    const add = traced('add', {
      attributes(this: { base: number }, n: number) {
        return { base: this.base, n };
      },
    })(function (this: { base: number }, n: number) {
      return this.base + n;
    });
    assert.equal(add.call({ base: 40 }, 2), 42);
    assert.deepEqual(telemetry.spans()[0]?.attributes, { base: 40, n: 2 });
    function Point(this: { x: number }, x: number) {
      this.x = x;
    }
    const Wrapped = traced('point')(Point) as unknown as new (x: number) => { x: number };
    assert.equal(new Wrapped(3).x, 3);
    assert.ok(new Wrapped(3) instanceof (Point as unknown as typeof Wrapped));
  });

  it('records a failure as ERROR with one exception event and the class of the error', async () => {
    const fails = {
      sync: traced('sync')(() => {
        throw new RangeError('sync');
      }),
      async: traced('async')(async () => {
        throw new RangeError('async');
      }),
      reading: traced('reading')(function* () {
        yield 1;
        throw new RangeError('reading');
      }),
    };
    assert.throws(() => fails.sync(), { message: 'sync' });
    await assert.rejects(fails.async(), { message: 'async' });
    assert.throws(() => [...fails.reading()], { message: 'reading' });
    for (const { name, status, events, attributes } of telemetry.spans()) {
      assert.deepEqual(status, { code: SpanStatusCode.ERROR, message: name });
      assert.equal(events.length, 1);
      assert.deepEqual(attributes, { 'eventsource.error.type': 'RangeError' });
    }
    assert.deepEqual(names(), ['sync', 'async', 'reading']);
  });

  it('keeps the rejection of a promise that nobody handles an unhandled one', async () => {
    const unhandled = new Promise((resolve) => {
      const others = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection').once('unhandledRejection', (error) => {
        for (const other of others) process.on('unhandledRejection', other);
        resolve(error);
      });
    });
    const error = new Error('nobody cares');
    void traced('x')(async () => {
      throw error;
    })();
    assert.equal(await unhandled, error);
  });

  describe('on generators', () => {
    it('has a span from the first item to the end, current only while an item is made', async () => {
      const ledger = new Ledger();
      await ledger.post('a', 1);
      await ledger.post('b', 2);
      telemetry.reset();
      const reading = ledger.stream(0);
      assert.equal(typeof reading[Symbol.asyncIterator], 'function');
      const items: string[] = [];
      for await (const item of reading) {
        assert.equal(currentName(), undefined);
        assert.deepEqual(names(), []);
        items.push(item);
      }
      assert.deepEqual(items, ['ledger.stream a=1', 'ledger.stream b=2']);
      assert.deepEqual(names(), ['ledger.stream']);
      assert.deepEqual(telemetry.spans()[0]?.attributes, { from: 0 });
      assert.deepEqual([...ledger.entries()], ['ledger.entries a=1', 'ledger.entries b=2']);
      assert.deepEqual(names(), ['ledger.stream', 'ledger.entries']);
    });

    it('ends the span at an early close, and has none for a generator that nobody reads', async () => {
      const ledger = new Ledger();
      await ledger.post('a', 1);
      telemetry.reset();
      ledger.stream(0);
      ledger.entries();
      assert.deepEqual(names(), []);
      for await (const _ of ledger.stream(0)) break;
      for (const _ of ledger.entries()) break;
      assert.deepEqual(names(), ['ledger.stream', 'ledger.entries']);
    });

    it('passes on what next, return and throw are given and give', () => {
      const echo = traced('echo')(function* (): Generator<string, string, string> {
        try {
          const got = yield 'first';
          yield got;
        } catch (error) {
          yield `caught ${error}`;
        }
        return 'end';
      });
      const reading = echo();
      assert.deepEqual(reading.next('ignored'), { value: 'first', done: false });
      assert.deepEqual(reading.next('given'), { value: 'given', done: false });
      assert.deepEqual(reading.throw('x'), { value: 'caught x', done: false });
      assert.deepEqual(reading.return('left'), { value: 'left', done: true });
      assert.deepEqual(names(), ['echo']);
      assert.ok(reading instanceof (echo as unknown as new () => object));
    });
  });

  it('has a span for the override and one for what it calls with super, where both are traced', async () => {
    class Base extends TracingMixin() {
      @traced('base.run')
      async run(step: string) {
        return `base ${step}`;
      }
    }
    class Derived extends Base {
      constructor() {
        super();
        this.initTracing('derived');
      }
      @traced('derived.run')
      override async run(step: string) {
        return `derived ${await super.run(step)}`;
      }
    }
    class Plain extends Derived {
      override async run(step: string) {
        return `plain ${await super.run(step)}`;
      }
    }
    assert.equal(await new Plain().run('1'), 'plain derived base 1');
    assert.equal(telemetry.tree(), 'derived.run(base.run)');
    assert.equal(telemetry.spans()[0]?.instrumentationScope.name, 'derived');
  });

  describe('asks the object', () => {
    const run = traced('run')(function (this: unknown) {
      return trace.getActiveSpan() !== undefined;
    });
    class Component extends TracingMixin() {
      constructor(enableTracing?: boolean) {
        super();
        if (enableTracing !== undefined) this.initTracing('component', enableTracing);
      }
    }
    class Odd extends Component {
      readonly enableTracing = false;
    }
    class Unreadable {
      get enableTracing(): boolean {
        throw new Error('not now');
      }
    }
    const objects: Readonly<Record<string, readonly [self: unknown, traced: boolean]>> = {
      'no object': [undefined, true],
      'an object that says nothing': [{}, true],
      'enableTracing: true': [{ enableTracing: true }, true],
      'enableTracing: false': [{ enableTracing: false }, false],
      'tracingEnabled: false': [{ tracingEnabled: false }, false],
      'a class with enableTracing = false': [
        // biome-ignore lint/complexity/noStaticOnlyClass: what a class of static methods says for all of them
        class {
          static enableTracing = false;
        },
        false,
      ],
      'a component that is on': [new Component(true), true],
      'a component that is off': [new Component(false), false],
      'a component that was not set up': [new Component(), false],
      'a component that is on, of a base class with a switch of its own that is off': [new Odd(true), true],
      'an object that cannot be asked': [new Unreadable(), false],
    };
    for (const [which, [self, isTraced]] of Object.entries(objects)) {
      it(`${which}: ${isTraced ? 'a span' : 'no span'}`, () => {
        assert.equal(run.call(self), isTraced);
        assert.deepEqual(names(), isTraced ? ['run'] : []);
      });
    }
  });

  it('names the tracer as the option says', () => {
    traced('x', { tracerName: 'shop' })(() => {})();
    assert.equal(telemetry.spans()[0]?.instrumentationScope.name, 'shop');
  });

  it('calls the function without attributes when computing them throws', () => {
    const run = traced('run', {
      attributes: (order: { id: string }) => ({ id: order.id }),
    })((order: { id: string } | undefined) => order === undefined) as (order?: { id: string }) => boolean;
    assert.equal(run(undefined), true);
    assert.deepEqual(telemetry.spans()[0]?.attributes, {});
  });

  it('keeps out where tracing is suppressed, and leaves the current span as it is', () => {
    const run = traced('run')(() => trace.getActiveSpan());
    const caller = trace.getTracer('test').startSpan('caller');
    const active = suppressTracing(trace.setSpan(context.active(), caller));
    assert.equal(context.with(active, run), caller);
    assert.deepEqual(names(), []);
  });

  it('refuses what it cannot trace, when the class is made', () => {
    const decorate = traced('x') as unknown as (...given: unknown[]) => unknown;
    const refused = (given: unknown[], what: string) =>
      assert.throws(() => decorate(...given), {
        name: 'TypeError',
        message: `traced('x') is for functions and methods, not for ${what}`,
      });
    refused([undefined], 'what it was given');
    refused([class {}, { kind: 'class', name: 'Order' }], 'class Order');
    refused([() => 1, { kind: 'getter', name: 'total' }], 'getter total');
    refused([{}, 'field'], 'field');
  });
});
