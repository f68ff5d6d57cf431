// SPDX-License-Identifier: Apache-2.0
// Families on, off and auto against each object's own switch, on the real target; and what is captured.
import assert from 'node:assert/strict';
import { type Family, families } from '../../src/config.js';
import { observe } from '../../testkit/bare-and-woven.js';
import type { FamilySpans } from '../process/programs/families.js';
import { programFiles } from '../process/programs/files.js';

const spansOf = {
  stores: 'in_memory_event_store.get_events',
  buses: 'eventsource.event_bus.handle eventsource.event_bus.dispatch',
  aggregates: 'eventsource.repository.exists',
  snapshots: 'eventsource.snapshot.exists',
  checkpoints: 'eventsource.checkpoint.get_all_checkpoints',
  'dead-letters': 'eventsource.dlq.get_stats',
  outbox: 'eventsource.outbox.get_stats',
  projections: 'eventsource.projection.handle',
  subscriptions: 'eventsource.subscription_manager.unsubscribe',
} as const satisfies Record<Family, string>;

const withPublish = `${spansOf.buses} eventsource.event_bus.publish`;

describe('the switches of families and options', function () {
  this.timeout(120_000);
  let report: FamilySpans;

  before(async () => {
    const { stdout, stderr } = await observe({ ...programFiles('families', 'esm'), preload: 'idle' });
    assert.equal(stderr, '');
    report = JSON.parse(stdout);
  });

  for (const family of families) {
    it(`family ${family}: auto leaves the choice to the object, on and off overrule it`, () => {
      const spans = spansOf[family];
      const unset = family === 'projections' ? '' : spans;
      assert.deepEqual(report[family], {
        auto: { on: spans, off: '', unset },
        on: { on: spans, off: spans, unset: spans },
        off: { on: '', off: '', unset: '' },
      });
    });
  }

  it('inMemoryPublishSpan adds the publish span of the in-memory bus, which goes with its family', () => {
    assert.deepEqual(report['in-memory publish'], {
      auto: { on: withPublish, off: '', unset: withPublish },
      on: { on: withPublish, off: withPublish, unset: withPublish },
      off: { on: '', off: '', unset: '' },
    });
  });

  it('can be set by environment variables as well', async () => {
    const env = {
      OTEL_INSTRUMENTATION_EVENTSOURCE_FAMILIES: 'stores=off, aggregates=off',
      OTEL_INSTRUMENTATION_EVENTSOURCE_IN_MEMORY_PUBLISH_SPAN: 'true',
    };
    const { spans, stderr } = await observe({ ...programFiles('three-saves', 'esm'), env, preload: 'recording' });
    assert.equal(stderr, '');
    const expected = withPublish.split(' ');
    assert.deepEqual(
      spans.map(({ name }) => name),
      [...expected, ...expected, ...expected],
    );
  });

  const tenant = { 'eventsource.tenant.id': 'tenant-1' };
  const actor = { 'eventsource.actor.id': 'ann' };
  for (const [variables, captured] of [
    [{}, { ...tenant, ...actor }],
    [{ CAPTURE_TENANT: 'false' }, actor],
    [{ CAPTURE_ACTOR: 'false' }, tenant],
    [{ CAPTURE_TENANT: 'false', CAPTURE_ACTOR: 'false' }, {}],
  ] as const) {
    it(`let spans carry [${Object.keys(captured)}] of tenant and actor with ${JSON.stringify(variables)}`, async () => {
      const env = Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [`OTEL_INSTRUMENTATION_EVENTSOURCE_${name}`, value]),
      );
      const { spans } = await observe({ ...programFiles('tenants', 'esm'), env, preload: 'recording' });
      assert.deepEqual(
        spans.map(({ name, attributes }) => [
          name,
          Object.fromEntries(Object.entries(attributes).filter(([key]) => /tenant|actor/.test(key))),
        ]),
        [
          ['in_memory_event_store.append_events', captured],
          ['eventsource.event_bus.handle', captured],
          ['eventsource.event_bus.dispatch', captured],
        ],
      );
    });
  }
});
