// SPDX-License-Identifier: Apache-2.0
// The tables of a library other than eventsource, woven in this process: the pattern of CONTRIBUTING.md.
import assert from 'node:assert/strict';
import * as exports from 'two-buses';
import { twoBuses } from '../../testkit/two-buses.js';
import { type WovenLibrary, weaveLibrary } from '../../testkit/woven-library.js';

const { EventBus, Ledger } = exports;
const entry = { account: 'a', amount: 1 };

describe('the tables of the test library two-buses', () => {
  let woven: WovenLibrary;
  before(() => {
    woven = weaveLibrary(twoBuses, exports);
  });
  afterEach(() => woven.reset());
  after(() => woven.stop());

  it('give a span for each call, below that of the handler that makes it', async () => {
    const bus = new EventBus('orders');
    const ledger = new Ledger();
    bus.subscribe('orders', () => ledger.append([entry]));
    await bus.publish([{ topic: 'orders' }]);
    assert.equal(woven.shape(), 'publish(append)');
    const [append, publish] = woven.ended();
    assert.deepEqual([append?.attributes, publish?.attributes], [{ entries: 1 }, { bus: 'orders' }]);
  });

  it('give one span for a whole iteration, from the first pull to the end', async () => {
    const ledger = new Ledger();
    await ledger.append([entry]);
    woven.reset();
    const entries = ledger.read();
    assert.equal(woven.shape(), '');
    for await (const _ of entries) assert.deepEqual(woven.open(), ['two_buses.read']);
    assert.equal(woven.shape(), 'read');
  });

  it('tell a call that throws, and the class of its error', async () => {
    await assert.rejects(new Ledger().append([{ account: 'a', amount: Number.NaN }]), RangeError);
    assert.equal(woven.shape(), 'append!RangeError');
  });

  it('are switched family by family, and all on again by a reset', async () => {
    woven.switchFamily('ledgers', 'off');
    await new Ledger().append([entry]);
    await new EventBus().publish([]);
    assert.equal(woven.shape(), 'publish');
    woven.reset();
    await new Ledger().append([entry]);
    assert.equal(woven.shape(), 'append');
  });
});

describe('a library that was woven for a test', () => {
  it('is by default switched as its families say, and bare once it is stopped', async () => {
    const off = { ...twoBuses, families: { buses: 'off', ledgers: 'auto' } } as const;
    const woven = weaveLibrary(off, exports);
    const { publish } = EventBus.prototype;
    await new EventBus().publish([]);
    await new Ledger().append([entry]);
    assert.equal(woven.shape(), 'append');
    woven.stop();
    assert.notEqual(EventBus.prototype.publish, publish);
    await new Ledger().append([entry]);
    assert.equal(woven.shape(), 'append');
  });
});
