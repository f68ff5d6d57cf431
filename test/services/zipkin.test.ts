// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describeWithBackEnd } from '../../testkit/back-ends/program.js';
import { startZipkin, type Zipkin, type ZipkinSpan } from '../../testkit/back-ends/zipkin.js';
import type { ExportedSpan } from '../../testkit/otlp-traces.js';
import { storiesOf } from '../../testkit/span-stories.js';
import { runShop, settled, spansInMemory, untilTwoMeet } from './support/shop.js';

describeWithBackEnd('zipkin', 'Zipkin', () => {
  let zipkin: Zipkin;
  before(async function () {
    this.timeout(120_000);
    zipkin = await startZipkin();
  });
  after(() => zipkin?.stop());

  it('has the traces that an exporter in memory has', async () => {
    const expected = await spansInMemory();
    const found = await untilTwoMeet(async (attempt) => {
      const service = `shop-${attempt}`;
      const env = { OTEL_SERVICE_NAME: service, OTEL_EXPORTER_ZIPKIN_ENDPOINT: zipkin.endpoint };
      await runShop({ configuration: 'zipkin', env });
      return settled(async () => (await zipkin.spansOf(service)).map(fromZipkin), expected.length);
    });
    assert.deepEqual(storiesOf(found), storiesOf(expected.map(asInZipkin)));
  }).timeout(120_000);
});

const RESOURCE = /^(?:host|process|service|telemetry)\./;

function fromZipkin({ traceId, id, parentId, name, kind, tags = {}, annotations = [], ...span }: ZipkinSpan) {
  return {
    traceId,
    spanId: id,
    parentSpanId: parentId,
    name,
    kind: kind ?? 'INTERNAL',
    status: 'UNSET',
    startNanos: BigInt(span.timestamp) * 1000n,
    durationMillis: span.duration / 1000,
    attributes: Object.fromEntries(Object.entries(tags).filter(([key]) => !RESOURCE.test(key))),
    events: annotations.map(({ value }) => ({ name: value, attributes: {} })),
    links: [],
    service: span.localEndpoint?.serviceName ?? '',
    scope: '',
  } satisfies ExportedSpan;
}

/** What is left of a span there: text in lower case and tags, which hold the status too. */
function asInZipkin(span: ExportedSpan): ExportedSpan {
  const exception = span.events.find(({ name }) => name === 'exception');
  const failure = { 'otel.status_code': 'ERROR', error: exception?.attributes['exception.message'] };
  const attributes = { ...span.attributes, ...(span.status === 'ERROR' ? failure : {}) };
  return {
    ...span,
    name: span.name.toLowerCase(),
    status: 'UNSET',
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
    events: span.events.map(({ name }) => ({ name, attributes: {} })),
    links: [],
    scope: '',
  };
}
