// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { diag, SpanStatusCode, trace } from '@opentelemetry/api';
import sinon from 'sinon';
import { TracingMixin } from '../../src/custom/index.js';
import { startTelemetry, type Telemetry } from '../../testkit/telemetry.js';

class Store extends TracingMixin() {
  constructor(enableTracing?: boolean) {
    super();
    this.initTracing('store', enableTracing);
  }
}

describe('TracingMixin', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => {
    telemetry.stop();
    diag.disable();
    sinon.restore();
  });
  const onlySpan = () => {
    const [span, ...others] = telemetry.spans();
    assert.deepEqual(others, []);
    assert.ok(span);
    return span;
  };

  it('makes the span current for the whole of an async body, and ends it when the body has settled', async () => {
    const outcome = await new Store().createSpanContext('store.save', { id: '1' }, async (span) => {
      assert.equal(trace.getActiveSpan(), span);
      await new Promise((resolve) => setTimeout(resolve, 1));
      assert.equal(trace.getActiveSpan(), span);
      assert.deepEqual(telemetry.spans(), []);
      return 'saved';
    });
    assert.equal(outcome, 'saved');
    assert.equal(trace.getActiveSpan(), undefined);
    const { name, attributes, status, events, instrumentationScope } = onlySpan();
    assert.deepEqual([name, attributes, status.code, events], ['store.save', { id: '1' }, SpanStatusCode.UNSET, []]);
    assert.equal(instrumentationScope.name, 'store');
  });

  it('ends the span of a sync body when the body returns', () => {
    assert.equal(
      new Store().createSpanContext('store.count', () => 3),
      3,
    );
    assert.equal(onlySpan().name, 'store.count');
  });

  class Refused extends Error {
    readonly code = 'E_REFUSED';
  }
  const failures: Readonly<Record<string, (error: unknown) => unknown>> = {
    throws: (error) => {
      throw error;
    },
    rejects: async (error) => {
      throw error;
    },
  };
  for (const [how, fail] of Object.entries(failures)) {
    it(`records a body that ${how} as ERROR with one exception event and the class of the error, and passes it on`, async () => {
      const error = new Refused('not today');
      await assert.rejects(
        async () => new Store().createSpanContext('store.save', null, () => fail(error)),
        (thrown) => thrown === error,
      );
      const { status, events, attributes } = onlySpan();
      assert.deepEqual(status, { code: SpanStatusCode.ERROR, message: 'not today' });
      assert.deepEqual(attributes, { 'eventsource.error.type': 'Refused' });
      assert.deepEqual(
        events.map(({ name, attributes }) => [name, attributes?.['exception.type'], attributes?.['exception.message']]),
        [['exception', 'Refused', 'not today']],
      );
    });
  }

  it('leaves null and empty attributes out, and writes as text what a number cannot hold', () => {
    new Store().createSpanContext(
      'store.save',
      {
        none: null,
        missing: undefined,
        empty: '',
        list: [],
        zero: 0,
        no: false,
        small: 7n,
        big: 2n ** 60n,
        long: 2 ** 60,
      },
      () => {},
    );
    assert.deepEqual(onlySpan().attributes, {
      zero: 0,
      no: false,
      small: 7,
      big: '1152921504606846976',
      long: String(2 ** 60),
    });
  });

  it('nests the spans of objects that call each other', async () => {
    const [outer, inner] = [new Store(), new Store()];
    await outer.createSpanContext('outer', async () => {
      await inner.createSpanContext('first', async () => {});
      inner.createSpanContext('second', () => {});
    });
    assert.equal(telemetry.tree(), 'outer(first second)');
  });

  it('has no span before initTracing, nor in an object whose class says that it is off', () => {
    class Early extends TracingMixin() {}
    class Off extends Store {
      override get tracingEnabled() {
        return false;
      }
    }
    for (const object of [new Early(), new Off()]) {
      assert.equal(object.tracingEnabled, false);
      object.createSpanContext('never', (span) => assert.equal(span, undefined));
    }
    assert.deepEqual(telemetry.spans(), []);
  });

  it('keeps the base class: its constructor, its fields, its statics, its names and instanceof', () => {
    class Base {
      static readonly kind = 'base';
      // Names that the mixin might have used for itself.
      readonly enableTracing = false;
      readonly tracer = 'mine';
      constructor(readonly id: string) {}
      describe() {
        return `${this.id} ${this.tracer} ${this.enableTracing}`;
      }
    }
    class Component extends TracingMixin(Base) {
      constructor(id: string) {
        super(id);
        this.initTracing('component');
      }
      override describe() {
        return this.createSpanContext('component.describe', () => super.describe());
      }
    }
    const component = new Component('a');
    assert.equal(component.describe(), 'a mine false');
    assert.equal(onlySpan().name, 'component.describe');
    assert.ok(component instanceof Base);
    assert.equal(Component.kind, 'base');
    assert.deepEqual(Object.keys(component).sort(), ['enableTracing', 'id', 'tracer']);
  });

  it('extends an abstract class', () => {
    abstract class Shape {
      abstract area(): number;
    }
    class Square extends TracingMixin(Shape) {
      area() {
        return this.createSpanContext('area', () => 4);
      }
    }
    assert.equal(new Square().area(), 4);
  });

  it('gives back a thenable that is no plain promise as it is, without asking it', () => {
    // biome-ignore lint/suspicious/noThenProperty: what an unexecuted query of a query builder is
    const thenable = { then: sinon.stub() };
    assert.equal(
      new Store().createSpanContext('store.query', () => thenable),
      thenable,
    );
    sinon.assert.notCalled(thenable.then);
    assert.equal(onlySpan().status.code, SpanStatusCode.UNSET);
  });

  for (const [where, fault] of Object.entries({
    'starting a span': () => sinon.stub(trace.getTracerProvider().getTracer('store'), 'startSpan'),
    'ending a span': () => {
      const span = trace.getTracer('other').startSpan('any');
      return sinon.stub(Object.getPrototypeOf(span), 'end');
    },
  })) {
    it(`goes on without telemetry that throws, and says so once: ${where}`, () => {
      const error = sinon.stub();
      diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
      fault().throws(new Error('SDK'));
      for (const round of [1, 2])
        assert.equal(
          new Store().createSpanContext('store.save', () => round),
          round,
        );
      sinon.assert.calledOnce(error);
    });
  }
});
