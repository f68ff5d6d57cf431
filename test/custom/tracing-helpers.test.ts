// SPDX-License-Identifier: Apache-2.0
// The tests that eventsource-py has for its tracing helpers, under their names: tests/unit/observability/test_tracing.py. Those
// about a missing API ask one child process, in whose application the API is not installed.
import assert from 'node:assert/strict';
import * as helpers from 'opentelemetry-instrumentation-eventsource/tracing';
import { isTelemetryActive, OTEL_AVAILABLE, TracingMixin, traced } from '../../src/custom/index.js';
import * as root from '../../src/index.js';
import { startTelemetry, type Telemetry } from '../../testkit/telemetry.js';
import { answersWithoutApi, type WithoutApi } from './without-api.js';

class Component extends TracingMixin() {
  constructor(enableTracing?: boolean) {
    super();
    this.initTracing('component', enableTracing);
  }

  @traced('component.load')
  async load(id: string) {
    return `loaded ${id}`;
  }

  /** Counts. */
  @traced('component.count', { attributes: { 'db.system': 'sqlite' } })
  count(by = 1) {
    return by;
  }

  @traced('component.fail')
  fail(error: Error): never {
    throw error;
  }
}

describe("eventsource-py's tests of its tracing helpers", () => {
  let telemetry: Telemetry;
  let withoutApi: WithoutApi;
  before(async function () {
    this.timeout(120_000);
    withoutApi = await answersWithoutApi();
  });
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());
  const spans = () => telemetry.spans().map(({ name, attributes }) => ({ name, attributes }));

  it('test_otel_available_is_boolean', () => {
    assert.equal(typeof OTEL_AVAILABLE, 'boolean');
  });

  it('test_otel_available_reflects_import', () => {
    assert.equal(OTEL_AVAILABLE, true);
    assert.equal(withoutApi.OTEL_AVAILABLE, false);
  });

  it('test_returns_tracer_when_available', () => {
    new Component().createSpanContext('x', (span) => assert.notEqual(span, undefined));
    assert.equal(telemetry.spans()[0]?.instrumentationScope.name, 'component');
  });

  it('test_returns_none_when_unavailable', () => {
    assert.equal(withoutApi.span, 'undefined');
  });

  it('test_true_when_enabled_and_available', () => {
    assert.equal(isTelemetryActive(), true);
    assert.equal(new Component(true).tracingEnabled, true);
  });

  it('test_false_when_disabled', () => {
    assert.equal(new Component(false).tracingEnabled, false);
  });

  it('test_false_when_unavailable', () => {
    assert.equal(withoutApi.isTelemetryActive, false);
    assert.equal(withoutApi.tracingEnabled, false);
  });

  it('test_async_method_traced', async () => {
    assert.equal(await new Component().load('1'), 'loaded 1');
    assert.deepEqual(spans(), [{ name: 'component.load', attributes: {} }]);
  });

  it('test_sync_method_traced', () => {
    assert.equal(new Component().count(2), 2);
    assert.deepEqual(
      spans().map(({ name }) => name),
      ['component.count'],
    );
  });

  it('test_no_span_when_disabled', async () => {
    const component = new Component(false);
    assert.equal(await component.load('1'), 'loaded 1');
    assert.equal(component.count(2), 2);
    assert.deepEqual(spans(), []);
  });

  it('test_no_span_when_tracer_none', async () => {
    const component = new Component();
    telemetry.stop();
    assert.equal(await component.load('1'), 'loaded 1');
    assert.equal(withoutApi.traced, 'loaded 1');
  });

  it('test_static_attributes_included', () => {
    new Component().count();
    assert.deepEqual(spans(), [{ name: 'component.count', attributes: { 'db.system': 'sqlite' } }]);
  });

  it('test_exception_propagates', () => {
    const error = new RangeError('out');
    assert.throws(
      () => new Component().fail(error),
      (thrown) => thrown === error,
    );
  });

  it('test_missing_tracer_attribute', () => {
    class Plain {
      @traced('plain.run')
      run() {
        return 'ran';
      }
    }
    assert.equal(new Plain().run(), 'ran');
  });

  it('test_preserves_function_metadata', () => {
    const { load, count } = Component.prototype;
    assert.deepEqual([load.name, load.length, count.name, count.length], ['load', 1, 'count', 0]);
  });

  it('test_init_tracing_enabled', () => {
    class Bare extends TracingMixin() {}
    const component = new Bare();
    assert.equal(component.tracingEnabled, false);
    component.initTracing('bare', true);
    assert.equal(component.tracingEnabled, true);
    component.createSpanContext('x', (span) => assert.notEqual(span, undefined));
  });

  it('test_init_tracing_disabled', () => {
    const component = new Component(false);
    assert.equal(component.tracingEnabled, false);
    component.createSpanContext('x', (span) => assert.equal(span, undefined));
  });

  it('test_init_tracing_otel_unavailable', () => {
    assert.equal(withoutApi.tracingEnabled, false);
  });

  it('test_create_span_context_enabled', async () => {
    const result = await new Component().createSpanContext('component.save', { id: '1' }, async () => 'saved');
    assert.equal(result, 'saved');
    assert.deepEqual(spans(), [{ name: 'component.save', attributes: { id: '1' } }]);
  });

  it('test_create_span_context_disabled', async () => {
    const given = await new Component(false).createSpanContext('component.save', { id: '1' }, async (span) => span);
    assert.equal(given, undefined);
    assert.deepEqual(spans(), []);
  });

  it('test_create_span_context_empty_attributes', () => {
    for (const attributes of [undefined, null, {}]) new Component().createSpanContext('x', attributes, () => {});
    new Component().createSpanContext('x', () => {});
    assert.deepEqual(spans(), Array(4).fill({ name: 'x', attributes: {} }));
  });

  it('test_tracing_enabled_property_true', () => {
    assert.equal(new Component().tracingEnabled, true);
  });

  it('test_tracing_enabled_property_false_disabled', () => {
    assert.equal(new Component(false).tracingEnabled, false);
  });

  it('test_tracing_enabled_property_false_no_tracer', () => {
    const component = new Component();
    telemetry.stop();
    assert.equal(component.tracingEnabled, false);
  });

  it('test_usage_with_dynamic_attributes', async () => {
    class Store extends Component {
      save(id: string, data: Readonly<Record<string, unknown>>) {
        const attributes = { 'eventsource.aggregate.id': id, 'data.size': Object.keys(data).length };
        return this.createSpanContext('store.save', attributes, async (span) => {
          span?.setAttribute('result.success', true);
          return id;
        });
      }
    }
    assert.equal(await new Store().save('7', { a: 1, b: 2 }), '7');
    assert.deepEqual(spans(), [
      { name: 'store.save', attributes: { 'eventsource.aggregate.id': '7', 'data.size': 2, 'result.success': true } },
    ]);
  });

  const helperNames = ['OTEL_AVAILABLE', 'TracingMixin', 'isTelemetryActive', 'traceContext', 'traced'] as const;

  it('test_import_from_observability', () => {
    const [ofRoot, ofSubPath]: Readonly<Record<string, unknown>>[] = [{ ...root }, { ...helpers }];
    for (const name of helperNames) assert.equal(ofRoot?.[name], ofSubPath?.[name] ?? 'missing', name);
  });

  it('test_import_from_tracing', () => {
    assert.deepEqual(Object.keys(helpers).sort(), [...helperNames].sort());
  });
});
