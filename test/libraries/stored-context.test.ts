// SPDX-License-Identifier: Apache-2.0
// Where stored events came from, in all dialects that are written into their metadata.
import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { propagation, type TextMapPropagator } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import fc from 'fast-check';
import { appendsOf, eventsWith, eventWith, withItem } from '../../src/libraries/stored-context.js';
import { linksTo } from '../../src/weaving/origins.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const append = { traceId, spanId, traceFlags: 1, isRemote: true };
const other = { traceId: 'a'.repeat(32), spanId: 'c'.repeat(16) };

describe('the append that an event was stored by', () => {
  beforeEach(() => use(new W3CTraceContextPropagator()));
  afterEach(() => propagation.disable());

  for (const [dialect, metadata] of [
    ['W3C', { traceparent: `00-${traceId}-${spanId}-01` }],
    ['Kurrent', { $traceId: traceId, $spanId: spanId, $correlationId: 'c' }],
    ['Emmett from 0.43 on', { traceId, spanId }],
    ['Eventuous', { 'trace-id': traceId, 'span-id': spanId }],
    ['capitals', { 'trace-id': traceId.toUpperCase(), 'span-id': spanId.toUpperCase() }],
  ] as const) {
    it(`is found in its metadata, in the dialect of ${dialect}`, () => {
      assert.deepEqual(linksOf(metadata), [append]);
      assert.deepEqual(linksOf(Object.freeze({ by: 'me', ...metadata })), [append]);
    });
  }

  it('is read with the propagator of the application', () => {
    use(new B3Propagator());
    assert.deepEqual(linksOf({ b3: `${traceId}-${spanId}-1`, traceparent: 'of somebody else' }), [append]);
    assert.deepEqual(linksOf({ traceparent: `00-${traceId}-${spanId}-01` }), []);
  });

  it('keeps its state, and that it is unsampled', () => {
    const [link] = linksOf({ traceparent: `00-${traceId}-${spanId}-00`, tracestate: 'vendor=1' });
    assert.equal(link?.traceFlags, 0);
    assert.equal(link.traceState?.serialize(), 'vendor=1');
  });

  it('is the one that the propagator finds, where ids stand beside it', () => {
    const ids = { $traceId: other.traceId, $spanId: other.spanId, traceId: other.traceId, spanId: other.spanId };
    assert.deepEqual(linksOf({ ...ids, traceparent: `00-${traceId}-${spanId}-01` }), [append]);
    assert.deepEqual(linksOf({ $traceId: traceId, $spanId: spanId, traceparent: 'torn' }), [append]);
    assert.deepEqual(linksOf({ $traceId: other.traceId, traceId, spanId }), [append]);
  });

  it('is linked once for all events of it, and at most 128 of them are', () => {
    const of = (number: number) => ({ traceId, spanId: number.toString(16).padStart(16, '0') });
    const batch = Array.from({ length: 600 }, (_, index) => of(1 + Math.floor(index / 3)));
    const links = linksOf(...batch);
    assert.equal(links.length, 128);
    assert.equal(new Set(links.map(({ spanId }) => spanId)).size, 128);
    assert.deepEqual(linksOf(of(1), { traceparent: `00-${traceId}-${of(1).spanId}-01` }, of(2)).length, 2);
  });

  it('is none where the metadata is garbage', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('hands off');
        },
      },
    );
    for (const metadata of [
      undefined,
      null,
      7,
      'text',
      [],
      {},
      hostile,
      Buffer.from('{}'),
      { traceId },
      { $traceId: traceId, spanId },
      { traceId: 7, spanId: [spanId] },
      { traceId: [traceId], spanId: [spanId] },
      { traceId: '0'.repeat(32), spanId },
      { traceId, spanId: '0'.repeat(16) },
      { traceId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', spanId },
      { traceparent: 7, tracestate: {} },
      { traceparent: `00-${'0'.repeat(32)}-${spanId}-01` },
    ]) {
      assert.deepEqual(linksOf(metadata), []);
    }
  });

  it('is asked for without a word, whatever stands in the metadata', () => {
    const keys = [
      'traceparent',
      'tracestate',
      'baggage',
      '$traceId',
      '$spanId',
      'traceId',
      'spanId',
      'trace-id',
      'span-id',
    ];
    const metadata = fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...keys), fc.anything()));
    fc.assert(
      fc.property(fc.array(metadata), (all) => {
        assert.deepEqual(linksOf(...all), []);
      }),
    );
  });
});

describe('an event that is to be stored', () => {
  beforeEach(() => use(new W3CTraceContextPropagator()));
  afterEach(() => propagation.disable());

  const fields = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'ours=1' };

  it('gets trace context in a copy of its metadata, behind what stands there', () => {
    const event = Object.freeze({ type: 'Added', data: {}, metadata: Object.freeze({ by: 'me' }) });
    const copy = eventWith(event, fields);
    assert.deepEqual(copy, { ...event, metadata: { by: 'me', ...fields } });
    assert.deepEqual(Object.keys(copy.metadata), ['by', 'traceparent', 'tracestate']);
    assert.equal(copy.data, event.data);
    for (const metadata of [undefined, null]) assert.deepEqual(eventWith({ metadata }, fields), { metadata: fields });
    assert.deepEqual(eventWith({}, fields), { metadata: fields });
  });

  it('may be of another realm, or of none', () => {
    const foreign = runInNewContext('({ type: "Added", metadata: { by: "me" } })');
    assert.deepEqual(eventWith(foreign, fields).metadata, { by: 'me', ...fields });
    const none = Object.assign(Object.create(null), { metadata: Object.create(null) });
    assert.deepEqual(eventWith(none, fields).metadata, fields);
    assert.deepEqual({ ...eventsWith(runInNewContext('[{}]'), fields)[0] }, { metadata: fields });
  });

  it('keeps trace context that it has, as a whole, and keys that look like it', () => {
    const theirs = { metadata: { traceparent: `00-${other.traceId}-${other.spanId}-00` } };
    assert.equal(eventWith(theirs, fields), theirs);
    const odd = { metadata: { traceparent: undefined, tracestate: 7 } };
    assert.deepEqual(eventWith(odd, fields), odd);
    assert.deepEqual(eventWith({ metadata: { tracestate: 'theirs=1' } }, fields).metadata, {
      ...fields,
      tracestate: 'theirs=1',
    });
  });

  it('is left alone where it, or its metadata, is no plain object', () => {
    class Event {
      metadata = {};
    }
    class Metadata {}
    const metadata = [[], 'text', 7, true, Buffer.from('{}'), new Metadata(), new Map(), () => {}].map((given) => ({
      metadata: given,
    }));
    for (const event of [new Event(), null, undefined, 'text', 7, [], new Map(), () => {}, ...metadata]) {
      assert.equal(eventWith(event, fields), event);
    }
  });

  it('may stand in a list, whose holes and length stay', () => {
    // biome-ignore lint/suspicious/noSparseArray: lists may have holes
    const events = Object.freeze([{ type: 'A' }, , null, { type: 'B' }]);
    const copy = eventsWith(events, fields);
    assert.deepEqual([copy.length, 1 in copy, copy[2]], [4, false, null]);
    assert.deepEqual(
      [copy[0], copy[3]],
      [
        { type: 'A', metadata: fields },
        { type: 'B', metadata: fields },
      ],
    );
    class Events extends Array {}
    for (const list of [Events.from([{}]), new Set([{}]), { length: 1, 0: {} }, 'text', null, undefined, {}]) {
      assert.equal(eventsWith(list, fields), list);
    }
    assert.deepEqual(
      withItem(['a'], 1, () => 'never'),
      ['a'],
    );
  });

  it('is never changed, and its copy differs in the keys of its metadata that it has not got, whatever else it has', () => {
    const event = fc
      .dictionary(fc.string(), fc.anything())
      .chain((more) => fc.dictionary(fc.string(), fc.anything()).map((metadata) => ({ ...more, metadata })));
    fc.assert(
      fc.property(event, (given) => {
        const frozen = Object.freeze({ ...given, metadata: Object.freeze({ ...given.metadata }) });
        const { metadata, ...more } = eventWith(frozen, fields);
        const { traceparent, tracestate, ...own } = metadata as Record<string, unknown>;
        assert.deepEqual({ ...more, metadata: own }, { ...given, metadata: { ...given.metadata } });
        assert.deepEqual({ traceparent, tracestate }, fields);
      }),
    );
  });
});

function linksOf(...metadata: readonly unknown[]) {
  return linksTo(appendsOf(metadata)).map(({ context }) => context);
}

function use(propagator: TextMapPropagator): void {
  propagation.disable();
  propagation.setGlobalPropagator(propagator);
}
