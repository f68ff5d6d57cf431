// SPDX-License-Identifier: Apache-2.0
// The tests that eventsource-py has for its attribute constants, under their names: tests/unit/observability/test_attributes.py.
import assert from 'node:assert/strict';
import * as attributes from 'opentelemetry-instrumentation-eventsource/attributes';

/** The guide's tables: group → constant → name of the attribute. */
const guide = {
  aggregate: { ATTR_AGGREGATE_ID: 'eventsource.aggregate.id', ATTR_AGGREGATE_TYPE: 'eventsource.aggregate.type' },
  event: {
    ATTR_EVENT_ID: 'eventsource.event.id',
    ATTR_EVENT_TYPE: 'eventsource.event.type',
    ATTR_EVENT_COUNT: 'eventsource.event.count',
  },
  version: {
    ATTR_VERSION: 'eventsource.version',
    ATTR_EXPECTED_VERSION: 'eventsource.expected_version',
    ATTR_FROM_VERSION: 'eventsource.from_version',
  },
  tenant_actor: { ATTR_TENANT_ID: 'eventsource.tenant.id', ATTR_ACTOR_ID: 'eventsource.actor.id' },
  component: {
    ATTR_PROJECTION_NAME: 'eventsource.projection.name',
    ATTR_HANDLER_NAME: 'eventsource.handler.name',
    ATTR_HANDLER_COUNT: 'eventsource.handler.count',
    ATTR_HANDLER_SUCCESS: 'eventsource.handler.success',
    ATTR_STREAM_ID: 'eventsource.stream.id',
    ATTR_POSITION: 'eventsource.position',
  },
  db: { ATTR_DB_SYSTEM: 'db.system', ATTR_DB_NAME: 'db.name', ATTR_DB_OPERATION: 'db.operation' },
  messaging: {
    ATTR_MESSAGING_SYSTEM: 'messaging.system',
    ATTR_MESSAGING_DESTINATION: 'messaging.destination',
    ATTR_MESSAGING_OPERATION: 'messaging.operation',
  },
  error_retry: { ATTR_RETRY_COUNT: 'eventsource.retry.count', ATTR_ERROR_TYPE: 'eventsource.error.type' },
  subscription: {
    ATTR_SUBSCRIPTION_NAME: 'eventsource.subscription.name',
    ATTR_SUBSCRIPTION_STATE: 'eventsource.subscription.state',
    ATTR_SUBSCRIPTION_PHASE: 'eventsource.subscription.phase',
    ATTR_FROM_POSITION: 'eventsource.from_position',
    ATTR_TO_POSITION: 'eventsource.to_position',
    ATTR_BATCH_SIZE: 'eventsource.batch.size',
    ATTR_EVENTS_PROCESSED: 'eventsource.events.processed',
  },
} as const;

const exported: Readonly<Record<string, unknown>> = { ...attributes };
const values = Object.values(exported) as string[];
const groups: Readonly<Record<string, Readonly<Record<string, string>>>> = guide;
const ofTheGuide = Object.assign({}, ...Object.values(groups)) as Readonly<Record<string, string>>;

describe("eventsource-py's tests of its attribute constants", () => {
  for (const group of ['aggregate', 'event', 'version', 'tenant_actor', 'component', 'error_retry']) {
    it(`test_${group}_attributes_have_eventsource_prefix`, () => {
      for (const name of Object.keys(groups[group] ?? {})) assert.match(String(exported[name]), /^eventsource\./, name);
    });
  }

  for (const group of ['db', 'messaging']) {
    it(`test_${group}_attributes_follow_otel_conventions`, () => {
      for (const [name, value] of Object.entries(groups[group] ?? {})) assert.equal(exported[name], value);
    });
  }

  for (const name of [
    ...['aggregate_id', 'aggregate_type', 'event_id', 'event_type', 'event_count'],
    ...['version', 'expected_version', 'from_version', 'tenant_id', 'actor_id', 'projection_name', 'handler_name'],
    ...['handler_count', 'stream_id', 'position', 'retry_count', 'error_type'],
  ]) {
    it(`test_${name}_value`, () => {
      const constant = `ATTR_${name.toUpperCase()}`;
      assert.notEqual(ofTheGuide[constant], undefined);
      assert.equal(exported[constant], ofTheGuide[constant]);
    });
  }

  it('test_all_exports_defined', () => {
    for (const [name, value] of Object.entries(exported)) assert.notEqual(value, undefined, name);
  });

  it('test_imports_from_package', () => {
    assert.equal(attributes.ATTR_AGGREGATE_ID, 'eventsource.aggregate.id');
    assert.equal(attributes.ATTR_EVENT_TYPE, 'eventsource.event.type');
  });

  it('test_attribute_values_are_strings', () => {
    for (const [name, value] of Object.entries(exported)) assert.equal(typeof value, 'string', name);
  });

  it('test_attribute_values_are_lowercase', () => {
    for (const value of values) assert.equal(value, value.toLowerCase());
  });

  it('test_all_expected_exports_present', () => {
    assert.equal(Object.keys(ofTheGuide).length, 31);
    for (const name of Object.keys(ofTheGuide)) assert.ok(name in exported, name);
  });

  for (const group of [
    'aggregate',
    'event',
    'version',
    'tenant_actor',
    'component',
    'db',
    'messaging',
    'error_retry',
  ]) {
    it(`test_all_${group}_attributes_importable`, () => {
      for (const [name, value] of Object.entries(groups[group] ?? {})) assert.equal(exported[name], value, name);
    });
  }

  it('test_attributes_usable_as_dict_keys', () => {
    const span = { [attributes.ATTR_AGGREGATE_ID]: '1', [attributes.ATTR_EVENT_COUNT]: 3 };
    assert.deepEqual(span, { 'eventsource.aggregate.id': '1', 'eventsource.event.count': 3 });
  });

  it('test_attributes_unique', () => {
    assert.equal(new Set(values).size, values.length);
  });

  it('test_no_trailing_dots_in_values', () => {
    for (const value of values) assert.doesNotMatch(value, /\.$/);
  });

  it('test_no_leading_dots_in_values', () => {
    for (const value of values) assert.doesNotMatch(value, /^\./);
  });
});

describe('the attribute constants', () => {
  it("are those of the guide's tables, and those that its spans need beyond them", () => {
    const beyond = ['ATTR_BUFFER_SIZE', 'ATTR_EVENTS_SKIPPED', 'ATTR_WATERMARK'];
    assert.deepEqual(Object.keys(exported).sort(), [...Object.keys(ofTheGuide), ...beyond].sort());
    for (const [name, value] of Object.entries(ofTheGuide)) assert.equal(exported[name], value, name);
  });
});
