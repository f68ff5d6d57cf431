// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { context, ROOT_CONTEXT, type Span, TraceFlags, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { TracingMixin, traceContext } from '../../src/custom/index.js';
import { startTelemetry } from '../../testkit/telemetry.js';

const none = { trace_id: '', span_id: '', trace_flags: '' };

describe('traceContext', () => {
  let stop = () => {};
  afterEach(() => stop());

  it('has the ids of the current span in hexadecimal digits, and a new object each time', () => {
    ({ stop } = startTelemetry());
    class Component extends TracingMixin() {}
    const component = new Component();
    component.initTracing('component');
    component.createSpanContext('x', (span) => {
      const fields = traceContext();
      const { traceId, spanId } = span?.spanContext() ?? {};
      assert.deepEqual(fields, { trace_id: traceId, span_id: spanId, trace_flags: '01' });
      assert.match(fields.trace_id, /^[0-9a-f]{32}$/);
      assert.match(fields.span_id, /^[0-9a-f]{16}$/);
      assert.notEqual(traceContext(), fields);
    });
    assert.deepEqual(traceContext(), none);
  });

  it('says of a trace that is not sampled that it is not', () => {
    ({ stop } = startTelemetry({ sampler: new AlwaysOffSampler() }));
    const inside = trace.getTracer('test').startActiveSpan('x', () => traceContext());
    assert.equal(inside.trace_flags, '00');
    assert.equal(inside.trace_id.length, 32);
  });

  it('is empty without an SDK, and needs none for a span that came from elsewhere', () => {
    assert.deepEqual(traceContext(), none);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    stop = () => context.disable();
    const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
    const inside = (span: Span) => context.with(trace.setSpan(ROOT_CONTEXT, span), () => traceContext());
    assert.deepEqual(inside(trace.wrapSpanContext({ traceId, spanId, traceFlags: TraceFlags.SAMPLED })), {
      trace_id: traceId,
      span_id: spanId,
      trace_flags: '01',
    });
    assert.deepEqual(inside(trace.wrapSpanContext({ traceId: 'x', spanId, traceFlags: 0 })), none);
    const broken = {
      spanContext() {
        throw new Error('broken');
      },
    };
    assert.deepEqual(inside(broken as unknown as Span), none);
  });
});
