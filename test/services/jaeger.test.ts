// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Jaeger, startJaeger } from '../../testkit/back-ends/jaeger.js';
import { describeWithBackEnd } from '../../testkit/back-ends/program.js';
import { storiesOf } from '../../testkit/span-stories.js';
import { runShop, settled, spansInMemory, untilTwoMeet } from './support/shop.js';

describeWithBackEnd('jaeger', 'Jaeger', () => {
  let jaeger: Jaeger;
  before(async function () {
    this.timeout(120_000);
    jaeger = await startJaeger();
  });
  after(() => jaeger?.stop());

  for (const protocol of ['grpc', 'http/protobuf'] as const) {
    it(`has the traces that an exporter in memory has, over ${protocol}`, async () => {
      const expected = await spansInMemory();
      const found = await untilTwoMeet(async (attempt) => {
        const service = `shop-${protocol}-${attempt}`;
        const env = {
          OTEL_SERVICE_NAME: service,
          OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.endpoints[protocol],
        };
        await runShop({ configuration: 'jaeger', env });
        return settled(() => jaeger.spansOf(service), expected.length);
      });
      assert.deepEqual(storiesOf(found), storiesOf(expected));
    }).timeout(120_000);
  }
});
