// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Context, context, propagation, ROOT_CONTEXT, type TextMapPropagator, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  CompositePropagator,
  suppressTracing,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger';
import { headerGetter } from '../../src/conventions/headers.js';
import { contextFrom, injectInto, linksTo, pinIn, remember } from '../../src/weaving/origins.js';

const traceId = 'a'.repeat(32);
const publish = { traceId, spanId: 'b'.repeat(16), traceFlags: 1 };
const drivers = { traceId, spanId: 'c'.repeat(16), traceFlags: 1 };
const w3c = () =>
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });

describe('trace context in headers', () => {
  afterEach(() => {
    propagation.disable();
    context.disable();
  });

  for (const [format, propagator] of [
    ['W3C', w3c()],
    ['B3 in one header', new B3Propagator()],
    ['B3 in several headers', new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER })],
    ['Jaeger', new JaegerPropagator()],
  ] as const) {
    describe(`in the format of ${format}`, () => {
      beforeEach(() => use(propagator));

      it('comes out as it went in, as text and as bytes', () => {
        const headers = headersOf(publish);
        const bytes = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, Buffer.from(value)]));
        for (const carrier of [headers, bytes]) assert.deepEqual(spanIn(carrier), { ...publish, isRemote: true });
      });

      it('says that the publisher is unsampled', () => {
        assert.equal(spanIn(headersOf({ ...publish, traceFlags: 0 }))?.traceFlags, 0);
      });

      it('leaves the other headers alone', () => {
        const headers = { event_type: 'OrderPlaced', traceId: 'mine' };
        injectInto({ carrier: headers }, contextOf(publish));
        const { event_type, traceId } = headers;
        assert.deepEqual({ event_type, traceId }, { event_type: 'OrderPlaced', traceId: 'mine' });
        assert.ok(Object.keys(headers).length > 2);
      });

      it('stays the pinned one, whoever injects once more', () => {
        const headers = headersOf(publish);
        const before = { ...headers };
        pinIn(headers);
        injectInto({ carrier: headers }, contextOf(drivers));
        assert.deepEqual({ ...headers }, before);
        assert.deepEqual(Object.entries(headers), Object.entries(before));
      });

      it('is not there where tracing is suppressed', () => {
        const headers = {};
        injectInto({ carrier: headers }, suppressTracing(contextOf(publish)));
        assert.deepEqual(headers, {});
      });
    });
  }

  describe('that came with a message', () => {
    beforeEach(() => use(w3c()));

    it('has nothing of the ambient context', () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      context.with(contextOf(publish), () => assert.equal(spanIn({}), undefined));
    });

    it('brings its baggage along', () => {
      const extracted = contextFrom({ carrier: { baggage: 'shop=north' }, getter: headerGetter }) as Context;
      assert.equal(propagation.getBaggage(extracted)?.getEntry('shop')?.value, 'north');
    });

    for (const traceparent of [
      'neither-here-nor-there',
      `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
      `00-${traceId}`,
      '',
      42,
      null,
      {},
      [],
      Buffer.from([0xff]),
      'x'.repeat(100_000),
    ]) {
      it(`is none when it is malformed: ${String(traceparent).slice(0, 60)}`, () => {
        assert.equal(spanIn({ traceparent, tracestate: true, baggage: 7 }), undefined);
      });
    }

    it('is none when the propagator fails over it', () => {
      use({
        ...w3c(),
        inject() {},
        fields: () => [],
        extract() {
          throw new Error('no idea');
        },
      });
      assert.equal(contextFrom({ carrier: {}, getter: headerGetter }), ROOT_CONTEXT);
    });
  });

  describe('pinned', () => {
    beforeEach(() => use(w3c()));

    it('is plain text again in a copy, and can be replaced there', () => {
      const headers = headersOf(publish);
      pinIn(headers);
      const copy = { ...headers, traceparent: 'mine' };
      assert.equal(copy.traceparent, 'mine');
    });

    it('lets a driver inject what is not there yet', () => {
      const headers = {};
      pinIn(headers);
      injectInto({ carrier: headers }, contextOf(drivers));
      assert.equal(spanIn(headers)?.spanId, drivers.spanId);
    });

    it('takes any carrier', () => {
      for (const carrier of [undefined, null, 'text', Object.freeze(headersOf(publish))]) pinIn(carrier);
    });
  });

  it('can be remembered under an object, and linked to', () => {
    const message = {};
    remember(message, contextOf(publish));
    assert.deepEqual(linksTo([{ remembered: message }, { remembered: {} }]), [{ context: publish }]);
  });
});

function use(propagator: TextMapPropagator): void {
  propagation.disable();
  propagation.setGlobalPropagator(propagator);
}

function contextOf(span: typeof publish): Context {
  return trace.setSpanContext(ROOT_CONTEXT, span);
}

function headersOf(span: typeof publish): Record<string, string> {
  const headers = {};
  injectInto({ carrier: headers }, contextOf(span));
  return headers;
}

function spanIn(carrier: object) {
  const extracted = contextFrom({ carrier, getter: headerGetter });
  return extracted && trace.getSpanContext(extracted);
}
