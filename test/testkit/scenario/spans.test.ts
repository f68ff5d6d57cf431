// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createMarks } from '../../../testkit/scenario/marks.js';
import { SCENARIO_SCOPE, toForest } from '../../../testkit/scenario/spans.js';

describe('toForest', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const application = provider.getTracer(SCENARIO_SCOPE);
  const library = provider.getTracer('library');
  beforeEach(() => exporter.reset());

  it('puts every span below its parent, marks those of the scenario, and leaves empty lists out', () => {
    const marks = createMarks();
    const root = application.startSpan('checkout');
    const below = trace.setSpan(context.active(), root);
    for (const count of [2, 1]) library.startSpan('save', { attributes: { count } }, below).end();
    root.end();
    assert.deepEqual(toForest(exporter.getFinishedSpans(), marks), [
      {
        name: 'checkout',
        kind: 'INTERNAL',
        status: 'UNSET',
        attributes: {},
        scope: 'scenario',
        children: [
          { name: 'save', kind: 'INTERNAL', status: 'UNSET', attributes: { count: 1 } },
          { name: 'save', kind: 'INTERNAL', status: 'UNSET', attributes: { count: 2 } },
        ],
      },
    ]);
  });

  it('writes kind, status, exceptions by the last part of their type, and links by name; no other events', () => {
    const arrival = library.startSpan('handle', { kind: SpanKind.CONSUMER });
    const late = library.startSpan('process_event', { links: [{ context: arrival.spanContext() }] });
    late.setStatus({ code: SpanStatusCode.ERROR, message: 'not written' });
    late.addEvent('exception', { 'exception.type': 'shop.errors.OutOfStock' });
    late.addEvent('retry');
    late.end();
    arrival.end();
    assert.deepEqual(toForest(exporter.getFinishedSpans(), createMarks()), [
      { name: 'handle', kind: 'CONSUMER', status: 'UNSET', attributes: {} },
      {
        name: 'process_event',
        kind: 'INTERNAL',
        status: 'ERROR',
        attributes: {},
        exceptions: ['OutOfStock'],
        links: ['handle'],
      },
    ]);
  });

  it('takes a span for a root whose parent never ended', () => {
    const open = library.startSpan('never ended');
    library.startSpan('save', {}, trace.setSpan(context.active(), open)).end();
    assert.deepEqual(
      toForest(exporter.getFinishedSpans(), createMarks()).map(({ name }) => name),
      ['save'],
    );
  });
});
