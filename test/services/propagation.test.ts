// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Broker, brokers, type Message } from '../../testkit/brokers.js';
import type { ExportedSpan } from '../../testkit/otlp-traces.js';
import { describeOnServer } from '../../testkit/servers.js';
import type { Exchange, Handling } from './programs/exchange.js';
import { idOf, type Publication, publications } from './support/events.js';
import { type Run, type RunOptions, runOn } from './support/run.js';

/** Each propagator with the header fields that it writes, and what stands in them. */
const formats: readonly {
  readonly propagators: string;
  readonly expected: (publish: ExportedSpan) => Readonly<Record<string, string>>;
}[] = [
  {
    propagators: 'tracecontext,baggage',
    expected: ({ traceId, spanId }) => ({ traceparent: `00-${traceId}-${spanId}-01`, baggage: 'shop=north' }),
  },
  {
    propagators: 'b3,baggage',
    expected: ({ traceId, spanId }) => ({ b3: `${traceId}-${spanId}-1`, baggage: 'shop=north' }),
  },
  {
    propagators: 'b3multi,baggage',
    expected: ({ traceId, spanId }) => ({
      'x-b3-traceid': traceId,
      'x-b3-spanid': spanId,
      'x-b3-sampled': '1',
      baggage: 'shop=north',
    }),
  },
  {
    propagators: 'jaeger',
    expected: ({ traceId, spanId }) => ({ 'uber-trace-id': `${traceId}:${spanId}:0:01`, 'uberctx-shop': 'north' }),
  },
];

for (const broker of brokers) {
  describeOnServer(broker, `trace context over ${broker}`, () => {
    let bare: Run<Exchange>;
    before(async function () {
      this.timeout(120_000);
      bare = await exchange(broker, { preloads: [] });
    });

    for (const { propagators, expected } of formats) {
      it(`crosses in the format of ${propagators}, each side with its own switch`, async () => {
        const run = await exchange(broker, { env: { OTEL_PROPAGATORS: propagators } });
        const publish = onlyPublish(run);
        assert.deepEqual(addedHeaders(run, bare, 'on'), expected(publish));
        for (const without of ['off', 'suppressed'] as const) assert.deepEqual(addedHeaders(run, bare, without), {});
        assertSameMessages(run, bare);
        assertReaders(run, publish);
      }).timeout(120_000);
    }

    it('crosses unsampled, and leaves the reader unsampled', async () => {
      const run = await exchange(broker, { env: { OTEL_TRACES_SAMPLER: 'parentbased_always_off' } });
      assert.deepEqual(run.spans, []);
      const { traceparent } = addedHeaders(run, bare, 'on');
      const [, traceId, spanId] = /^00-([\da-f]{32})-([\da-f]{16})-00$/.exec(String(traceparent)) ?? [];
      assert.ok(traceId, `${traceparent}`);
      const handling = handlingOf(run, 'on', true);
      assert.deepEqual({ ...handling.span, spanId: '' }, { traceId, spanId: '', traceFlags: 0 });
      assert.notEqual(handling.span?.spanId, spanId);
      assertSameMessages(run, bare);
    }).timeout(120_000);
  });
}

function exchange(broker: Broker, options: RunOptions): Promise<Run<Exchange>> {
  return runOn(broker, 'exchange', options);
}

/** A publisher with tracing off, and one where it is suppressed, makes no span. */
function onlyPublish({ spans }: Run<Exchange>): ExportedSpan {
  const publishes = spans.filter(({ kind }) => kind === 'PRODUCER');
  assert.equal(publishes.length, 1);
  const [publish] = publishes as [ExportedSpan];
  const checkout = spans.find(({ name }) => name === 'checkout');
  assert.equal(publish.parentSpanId, checkout?.spanId);
  return publish;
}

/** What the reader's spans and its handlers see, for each way to publish, with tracing on and off. */
function assertReaders(run: Run<Exchange>, publish: ExportedSpan): void {
  const consumes = run.spans.filter(({ kind }) => kind === 'CONSUMER');
  assert.equal(consumes.length, publications.length);
  for (const publication of publications) {
    const consume = consumes.find(({ attributes }) => attributes['eventsource.event.id'] === idOf(publication));
    const carries = publication === 'on';
    assert.equal(consume?.parentSpanId, carries ? publish.spanId : undefined, publication);
    assert.equal(consume?.traceId === publish.traceId, carries, publication);

    const traced = handlingOf(run, publication, true);
    assert.equal(traced.span?.traceId, consume?.traceId, publication);
    assert.deepEqual(traced.baggage, carries ? [['shop', { value: 'north' }]] : [], publication);

    const untraced = handlingOf(run, publication, false);
    assert.deepEqual({ span: untraced.span, baggage: untraced.baggage }, { span: null, baggage: [] }, publication);
  }
}

function handlingOf({ result }: Run<Exchange>, publication: Publication, tracing: boolean): Handling {
  const eventId = idOf(publication);
  const found = result.handlings.filter((handling) => handling.eventId === eventId && handling.tracing === tracing);
  assert.equal(found.length, 1, `${publication} ${tracing}`);
  return found[0] as Handling;
}

/** The body to the byte, and all headers that the bus writes. */
function assertSameMessages(run: Run<Exchange>, bare: Run<Exchange>): void {
  for (const publication of publications) {
    const message = messageOf(run, publication);
    const expected = messageOf(bare, publication);
    assert.equal(message.body, expected.body);
    for (const [name, value] of Object.entries(expected.headers)) assert.deepEqual(message.headers[name], value, name);
  }
}

function addedHeaders(run: Run<Exchange>, bare: Run<Exchange>, publication: Publication): Record<string, unknown> {
  const known = messageOf(bare, publication).headers;
  return Object.fromEntries(
    Object.entries(messageOf(run, publication).headers).filter(([name]) => !Object.hasOwn(known, name)),
  );
}

function messageOf({ result }: Run<Exchange>, publication: Publication): Message {
  const message = result.messages.find(({ body }) => body.includes(idOf(publication)));
  assert.ok(message, publication);
  return message;
}
