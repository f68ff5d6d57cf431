// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { applicationWith, register, runNode, usePackages } from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';

describe('baggage', () => {
  it('reaches the work that it was set for, also when it is set before the first span', async () => {
    const { folder, remove } = applicationWith({
      'application.mjs': `
        import { context, propagation } from '@opentelemetry/api';
        import { InMemoryEventBus, DomainEvent } from 'eventsource';
        class OrderPlaced extends DomainEvent { static aggregateType = 'Order'; }
        const bus = new InMemoryEventBus();
        bus.subscribe(OrderPlaced, () => console.log(propagation.getActiveBaggage()?.getEntry('shop')?.value));
        const baggage = propagation.createBaggage({ shop: { value: 'north' } });
        await context.with(propagation.setBaggage(context.active(), baggage), () =>
          bus.publish([new OrderPlaced({ aggregateId: '11111111-0000-4000-8000-000000000000', aggregateVersion: 1 })]));
      `,
    });
    usePackages(folder, '@opentelemetry', 'eventsource');
    const receiver = await startOtlpReceiver();
    try {
      const { stdout, stderr } = await runNode({
        args: ['--import', register, 'application.mjs'],
        cwd: folder,
        env: receiver.env,
      });
      assert.deepEqual({ stdout, stderr }, { stdout: 'north\n', stderr: '' });
    } finally {
      await receiver.close();
      remove();
    }
  });
});
