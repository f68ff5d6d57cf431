// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Jaeger, startJaeger } from '../../testkit/back-ends/jaeger.js';
import { describeWithBackEnd, until } from '../../testkit/back-ends/program.js';
import { storiesOf } from '../../testkit/span-stories.js';
import { runShop, spansInMemory } from './support/shop.js';

describeWithBackEnd('jaeger', 'Jaeger', () => {
  let jaeger: Jaeger;
  before(async function () {
    this.timeout(100_000);
    jaeger = await startJaeger();
  });
  after(() => jaeger?.stop());

  for (const protocol of ['grpc', 'http/protobuf'] as const) {
    it(`has the traces that an exporter in memory has, over ${protocol}`, async () => {
      const expected = await spansInMemory();
      const env = {
        OTEL_SERVICE_NAME: protocol,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.endpoints[protocol],
      };
      await runShop({ configuration: 'jaeger', env });
      const found = await until(async () => {
        const spans = await jaeger.spansOf(protocol);
        assert.equal(spans.length, expected.length);
        return spans;
      });
      assert.deepEqual(storiesOf(found), storiesOf(expected));
    }).timeout(60_000);
  }
});
