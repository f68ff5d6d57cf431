// SPDX-License-Identifier: Apache-2.0
// What a woven call costs while nobody wants anything of it: no memory, whatever is wanted of others.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root, runNode } from '../../testkit/child.js';

/** Prints the bytes of one call of each method, less those of the bare one. */
const program = `
import { severityFrom } from ${JSON.stringify(join(root, 'dist/src/log-levels.js'))};
import { recordingLogs } from ${JSON.stringify(join(root, 'dist/testkit/signals.js'))};
import { testRuntime, weaveClass } from ${JSON.stringify(join(root, 'dist/testkit/telemetry.js'))};
const makeStore = () => class Store {
  append(event) { return event; }
  send(event) { return event; }
  count(event) { return event; }
  note(event) { return event; }
  detail(event) { return event; }
  async save(event) { return event; }
  *read(event) { yield event; }
  open(event) { return observed; }
  tell(event) { return event; }
  use(event) { return event; }
  close() { return observed; }
};
const Bare = makeStore();
const Woven = makeStore();
const kept = { instrument: { kind: 'counter', name: 'kept' }, keptBy: 'type', attributes: { type: 'any' } };
const runtime = testRuntime({ severity: severityFrom({ default: 'info', 'store.detail': 'warn' }) });
const record = (logger, severity) => ({ logger, severity, body: 'called' });
const observed = {};
const gauges = [{ instrument: { kind: 'gauge', name: 'observed' }, observe: () => [] }];
weaveClass(Woven, { methods: {
  append: { span: 'append' },
  send: { span: 'send', context: { sends: { args: ({ args }) => [...args] } } },
  count: { metrics: [kept] },
  note: { logs: [record('store', 'error'), record('store.notes', 'info')] },
  detail: { logs: [record('store', 'debug'), record('store.detail.more', 'info')] },
  save: { span: 'save' },
  read: { span: 'read', gives: 'iterator' },
  open: { life: { gauges, begins: () => observed } },
  tell: { life: { gauges, before: () => {}, after: () => {} } },
  use: { life: { gauges, uses: () => observed, during: () => observed } },
  close: { life: { gauges, ends: () => observed } },
} }, runtime);

const CALLS = 100_000;
async function run(store, method, calls) {
  if (method === 'save') for (let i = 0; i < calls; i++) await store.save(i);
  else if (method === 'read') for (let i = 0; i < calls; i++) store.read(i);
  else for (let i = 0; i < calls; i++) store[method](i);
}
async function bytesOf(store, method) {
  await run(store, method, 30_000);
  let least = Infinity;
  for (let i = 0; i < 5; i++) {
    gc();
    const before = process.memoryUsage().heapUsed;
    await run(store, method, CALLS);
    least = Math.min(least, (process.memoryUsage().heapUsed - before) / CALLS);
  }
  return least;
}

await run(new Woven(), 'count', 30_000);
await run(new Woven(), 'open', 30_000);
new Woven().close();
const more = {};
const measure = async (method) => {
  more[method] = Math.round(await bytesOf(new Woven(), method)) - Math.round(await bytesOf(new Bare(), method));
};
for (const method of ['append', 'send', 'save', 'read', 'note', 'tell', 'use']) await measure(method);
// From here on records are wanted, of another level.
const { provider, records } = recordingLogs();
runtime.providers.logs.use(provider);
await measure('detail');
new Woven().note(1);
if (records.length !== 2) throw new Error('nobody is there who wants records');
console.log(JSON.stringify(more));
`;

describe('a woven call that nobody wants anything of', function () {
  this.timeout(120_000);

  it('allocates nothing, also while sums of other calls are kept in the process, records of other levels are written, and objects were observed', async () => {
    // Room for all calls of a round, so that nothing is collected meanwhile.
    const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=512'];
    const { stdout, stderr } = await runNode({ args: [...flags, '--input-type=module', '--eval', program] });
    assert.equal(stderr, '');
    for (const [method, more] of Object.entries(JSON.parse(stdout) as Record<string, number>)) {
      // The arguments of one call are 56 bytes; whatever else the process does meanwhile is spread over all calls.
      assert.ok(more < 10, `${method}: ${more} bytes`);
    }
  });
});
