// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Collector, startCollector } from '../../testkit/back-ends/collector.js';
import { describeWithBackEnd, until } from '../../testkit/back-ends/program.js';
import { recordsOf } from '../../testkit/otlp-logs.js';
import { pointsOf } from '../../testkit/otlp-metrics.js';
import { type ExportedSpan, spansOf } from '../../testkit/otlp-traces.js';
import { storiesOf } from '../../testkit/span-stories.js';
import { loggingShop, runShop, settled, spansInMemory, untilTwoMeet } from './support/shop.js';
import { seriesOf, toldRecords } from './support/signals-compared.js';

const protocols = ['grpc', 'http/protobuf', 'http/json'] as const;
type Protocol = (typeof protocols)[number];

describeWithBackEnd('collector', 'the OpenTelemetry Collector', () => {
  let collector: Collector;
  let expected: readonly ExportedSpan[];
  let received: Map<Protocol, ReturnType<typeof receivedFrom>>;
  before(async function () {
    this.timeout(300_000);
    collector = await startCollector();
    expected = await spansInMemory(loggingShop);
    received = new Map();
    for (const protocol of protocols) {
      let service = '';
      await untilTwoMeet((attempt) => {
        service = `shop-${protocol}-${attempt}`;
        return run(protocol, service);
      });
      // What comes last at the end of the process.
      received.set(protocol, await until(async () => whole(receivedFrom(service))));
    }
  });
  after(() => collector?.stop());

  async function run(protocol: Protocol, service: string): Promise<readonly ExportedSpan[]> {
    const env = {
      OTEL_SERVICE_NAME: service,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoints[protocol],
    };
    await runShop({ configuration: 'collector', env, main: loggingShop });
    return settled(async () => receivedFrom(service).spans, expected.length);
  }

  function whole(of: ReturnType<typeof receivedFrom>) {
    assert.ok(of.points.some(({ name }) => name === 'application.closings'));
    assert.ok(of.records.some(({ body }) => body === 'the shop closes'));
    return of;
  }

  function receivedFrom(service: string) {
    const ofService = (item: { readonly service: string }) => item.service === service;
    const exports = collector.exports();
    return {
      spans: exports.flatMap(spansOf).filter(ofService),
      points: exports.flatMap(pointsOf).filter(ofService),
      records: exports.flatMap(recordsOf).filter(ofService),
    };
  }

  for (const protocol of protocols) {
    it(`has the traces that an exporter in memory has, over ${protocol}`, () => {
      assert.deepEqual(storiesOf(received.get(protocol)?.spans ?? []), storiesOf(expected));
    });
  }

  it('has the same metrics over all protocols, those of the library and of the application', () => {
    const [first, ...others] = protocols.map((protocol) => seriesOf(received.get(protocol)?.points ?? []));
    const names = new Set(first?.map(({ name }) => name));
    for (const name of ['subscription.events.processed', 'application.days', 'application.closings']) {
      assert.ok(names.has(name), name);
    }
    for (const other of others) assert.deepEqual(other, first);
  });

  it('has the same log records over all protocols, in the spans that they were written in', () => {
    const told = protocols
      .map((protocol) => received.get(protocol))
      .map((of) => toldRecords(of?.records ?? [], of?.spans ?? []));
    const [first, ...others] = told;
    const own = first?.filter(({ scope }) => scope === 'application');
    assert.deepEqual(own, [
      { scope: 'application', severity: 13, attributes: { body: 'the shop closes' }, in: 'close' },
      {
        scope: 'application',
        severity: 9,
        attributes: { body: 'the shop opens', days: 2, open: true },
        in: undefined,
      },
    ]);
    assert.ok(first?.some(({ scope, in: span }) => scope.startsWith('eventsource.') && span !== undefined));
    for (const other of others) assert.deepEqual(other, first);
  });
});
