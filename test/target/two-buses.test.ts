// SPDX-License-Identifier: Apache-2.0
// The second library of the tests does, untouched, in both its builds what they rely on.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as target from 'eventsource';
import * as esm from 'two-buses';
import { root } from '../../testkit/child.js';

const cjs: typeof esm = createRequire(import.meta.url)('two-buses');

describe('the test library two-buses', () => {
  it('has classes of its own in each of its builds, which share nothing but a name with the target', () => {
    assert.deepEqual(Object.keys(esm).sort(), ['EventBus', 'Journal', 'Ledger', 'openLedger']);
    assert.deepEqual(Object.keys(cjs).sort(), ['EventBus', 'Journal', 'Ledger', 'openLedger']);
    assert.notEqual(esm.EventBus, cjs.EventBus);
    assert.equal(esm.EventBus.name, target.EventBus.name);
    assert.equal(Object.getPrototypeOf(esm.EventBus.prototype), Object.prototype);
  });

  it('has no telemetry', () => {
    const folder = join(root, 'fixtures/test-library');
    const files = ['package.json', ...readdirSync(join(folder, 'src')).map((file) => join('src', file))];
    assert.ok(files.length > 4);
    const guilty = files.filter((file) =>
      /telemetry|\botel|diagnostics_channel|Symbol\.for/i.test(readFileSync(join(folder, file), 'utf8')),
    );
    assert.deepEqual(guilty, []);
  });

  for (const [build, { EventBus, Journal, Ledger }] of Object.entries({ esm, cjs })) {
    it(`hands messages to the handlers of their topic, from its ${build} build`, async () => {
      const bus = new EventBus();
      const seen: unknown[] = [];
      const unsubscribe = bus.subscribe('orders', (message) => seen.push(message.id));
      bus.subscribe('invoices', () => assert.fail('another topic'));
      assert.equal(await bus.publish([{ topic: 'orders', id: 1 }, { topic: 'nobody' }, { topic: 'orders', id: 2 }]), 2);
      unsubscribe();
      assert.equal(await bus.publish([{ topic: 'orders', id: 3 }]), 0);
      assert.deepEqual(seen, [1, 2]);
    });

    it(`appends up to the entry that fails, and reads, from its ${build} build`, async () => {
      const ledger = new Ledger();
      assert.equal(await ledger.append([{ account: 'a', amount: 1 }]), 1);
      const entries = [2, Number.NaN, 3].map((amount) => ({ account: 'b', amount }));
      await assert.rejects(ledger.append(entries), RangeError);
      assert.deepEqual(await all(ledger.read()), [
        { account: 'a', amount: 1 },
        { account: 'b', amount: 2 },
      ]);
      assert.deepEqual(await all(ledger.read('b')), [{ account: 'b', amount: 2 }]);
    });

    it(`leaves writing to a subclass of its journal, from its ${build} build`, async () => {
      class Memory extends Journal {
        readonly written: unknown[] = [];
        override async write({ amount }: esm.Entry): Promise<void> {
          this.written.push(amount);
        }
      }
      class Empty extends Journal {}
      const memory = new Memory();
      await new Ledger(memory).append([{ account: 'a', amount: 1 }]);
      assert.deepEqual(memory.written, [1]);
      await assert.rejects(new Ledger(new Empty()).append([{ account: 'a', amount: 1 }]), /Empty has no write/);
      assert.throws(() => new Journal(), /abstract/);
    });
  }
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
