// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { diag, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import sinon from 'sinon';
import { rows } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

describe('a woven call', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => {
    telemetry.stop();
    diag.disable();
    sinon.restore();
  });

  it('is one span with name, kind, constant, argument, result and settled attributes', async () => {
    class Store {
      readonly kind = 'memory';
      async append(id: string, count: number) {
        await Promise.resolve();
        return { id, version: count };
      }
    }
    weaveClass(Store, {
      methods: rows<Store>({
        append: {
          span: 'store.append',
          kind: SpanKind.PRODUCER,
          sampling: { 'db.system': 'x' },
          attributes: { kind: ({ self }) => self.kind, id: ({ args: [id] }) => id, fixed: 7 },
          result: { version: ({ result }) => result.version },
          failure: { never: true },
          settled: { ok: ({ failed }) => !failed },
        },
      }),
    });
    assert.deepEqual(await new Store().append('a', 3), { id: 'a', version: 3 });
    const [span] = telemetry.spans();
    assert.equal(span?.name, 'store.append');
    assert.equal(span.kind, SpanKind.PRODUCER);
    assert.deepEqual(span.attributes, { 'db.system': 'x', kind: 'memory', id: 'a', fixed: 7, version: 3, ok: true });
    assert.equal(span.status.code, SpanStatusCode.UNSET);
    assert.deepEqual(span.instrumentationScope.name, 'test');
  });

  it('computes name and kind per call', () => {
    class Bus {
      publish(topic: string) {
        return topic;
      }
    }
    weaveClass(Bus, {
      methods: rows<Bus>({
        publish: {
          span: ({ args: [topic] }) => `publish ${topic}`,
          kind: ({ args: [topic] }) => (topic === 'in' ? SpanKind.CONSUMER : SpanKind.PRODUCER),
        },
      }),
    });
    new Bus().publish('in');
    new Bus().publish('out');
    assert.deepEqual(
      telemetry.spans().map(({ name, kind }) => [name, kind]),
      [
        ['publish in', SpanKind.CONSUMER],
        ['publish out', SpanKind.PRODUCER],
      ],
    );
  });

  it('leaves out null, undefined and empty values, and writes integers that a double cannot hold as text', () => {
    class Thing {
      go() {}
    }
    weaveClass(Thing, {
      methods: {
        go: {
          span: 'go',
          attributes: {
            none: () => undefined,
            nothing: () => null,
            empty: () => '',
            list: () => [],
            zero: () => 0,
            no: () => false,
            big: () => 2 ** 60,
            bigint: () => 9007199254740993n,
            small: () => 5n,
            half: () => 0.5,
          },
        },
      },
    });
    new Thing().go();
    assert.deepEqual(telemetry.spans()[0]?.attributes, {
      zero: 0,
      no: false,
      big: String(2 ** 60),
      bigint: '9007199254740993',
      small: 5,
      half: 0.5,
    });
  });

  it('records a failure once: status, one exception event, the class name', async () => {
    class OutOfStock extends Error {
      readonly code = 'E_STOCK';
    }
    class Shop {
      async order(): Promise<void> {
        throw new OutOfStock('no tea');
      }
    }
    weaveClass(Shop, { methods: { order: { span: 'order', failure: { lost: true }, result: { won: true } } } });
    await assert.rejects(new Shop().order(), OutOfStock);
    const [span] = telemetry.spans();
    assert.deepEqual(span?.status, { code: SpanStatusCode.ERROR, message: 'no tea' });
    assert.deepEqual(span.attributes, { 'error.class': 'OutOfStock', lost: true });
    assert.equal(span.events.length, 1);
    assert.equal(span.events[0]?.attributes?.['exception.type'], 'OutOfStock');
    assert.match(String(span.events[0]?.attributes?.['exception.stacktrace']), /no tea/);
  });

  it('survives whatever is thrown', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = {
      get message(): string {
        throw new Error('hands off');
      },
    };
    class Thrower {
      async raise(value: unknown): Promise<void> {
        throw value;
      }
    }
    weaveClass(Thrower, { methods: { raise: { span: 'raise' } } });
    for (const value of [undefined, null, 0, 'text', Symbol('s'), proxy, hostile, Object.create(null)]) {
      let caught: unknown = 'nothing';
      await new Thrower().raise(value).catch((error: unknown) => {
        caught = error;
      });
      assert.ok(Object.is(caught, value));
    }
    assert.equal(telemetry.spans().length, 8);
    assert.ok(telemetry.spans().every((span) => span.status.code === SpanStatusCode.ERROR && span.events.length === 1));
  });

  it('takes a failure out of the outcome of a call that does not throw', async () => {
    class Bus {
      async handle(fail: boolean) {
        return fail ? { success: false, error: new RangeError('far') } : { success: true };
      }
    }
    weaveClass(Bus, {
      methods: rows<Bus>({
        handle: {
          span: 'handle',
          ending: { outcome: ({ result }) => (result.success ? undefined : result) },
          settled: { success: ({ failed }) => !failed },
        },
      }),
    });
    assert.equal((await new Bus().handle(true)).success, false);
    await new Bus().handle(false);
    const [bad, good] = telemetry.spans();
    assert.deepEqual(bad?.attributes, { 'error.class': 'RangeError', success: false });
    assert.equal(bad.events.length, 1);
    assert.deepEqual([good?.status.code, good?.attributes], [SpanStatusCode.UNSET, { success: true }]);
  });

  it('defers the end of its span until the delivery settles', async () => {
    class Bus {
      deliver = withResolvers();
      async publish() {
        return { delivery: this.deliver.promise as Promise<{ error: Error } | undefined> };
      }
    }
    weaveClass(Bus, {
      methods: rows<Bus>({
        publish: { span: 'publish', ending: { until: ({ result }) => result.delivery } },
      }),
    });
    const bus = new Bus();
    await bus.publish();
    assert.equal(telemetry.spans().length, 0);
    bus.deliver.resolve({ error: new TypeError('lost') });
    await bus.deliver.promise;
    assert.deepEqual(telemetry.spans()[0]?.attributes, { 'error.class': 'TypeError' });
  });
});

function withResolvers() {
  let resolve!: (value: unknown) => void;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
