// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { classNamesOf, toArguments } from '../../../testkit/scenario/arguments.js';
import { loadLibrary } from '../../../testkit/scenario/library.js';
import { signatures } from '../../../testkit/scenario/signatures/signatures.js';

describe('toArguments', () => {
  it('puts required parameters in order, whatever order they are given in', () => {
    const args = toArguments(['InMemoryEventStore'], 'appendEvents', {
      expectedVersion: 0,
      events: [],
      aggregateType: 'Order',
      aggregateId: 'a',
    });
    assert.deepEqual(args, ['a', 'Order', [], 0]);
  });

  it('puts optional ones into one object at the end, and leaves the object out without any', () => {
    const getEvents = (parameters: object) => toArguments(['SQLiteEventStore'], 'getEvents', { ...parameters });
    assert.deepEqual(getEvents({ aggregateId: 'a', fromVersion: 2 }), ['a', { fromVersion: 2 }]);
    assert.deepEqual(getEvents({ aggregateId: 'a' }), ['a']);
  });

  it('knows optional positional parameters', () => {
    const readStream = (parameters: object) => toArguments(['SQLiteEventStore'], 'readStream', { ...parameters });
    assert.deepEqual(readStream({ streamId: 's' }), ['s']);
    assert.deepEqual(readStream({ streamId: 's', options: { limit: 1 } }), ['s', { limit: 1 }]);
    assert.deepEqual(toArguments(['KafkaEventBus'], 'new', { eventRegistry: 'r' }), [undefined, 'r']);
  });

  it('knows two names of one parameter', () => {
    assert.deepEqual(toArguments(['SQLiteDLQRepository'], 'markResolved', { id: 1, resolvedBy: 'ann' }), [1, 'ann']);
    assert.deepEqual(toArguments(['SQLiteDLQRepository'], 'markResolved', { dlqId: 1, resolvedBy: 'ann' }), [1, 'ann']);
  });

  it('tells methods of one name apart by the class, its own or a parent', () => {
    assert.deepEqual(toArguments(['InMemoryEventBus'], 'subscribe', { eventClass: 'c', handler: 'h' }), ['c', 'h']);
    const config = { batchSize: 2 };
    assert.deepEqual(toArguments(['SubscriptionManager'], 'subscribe', { subscriber: 's', config }), ['s', { config }]);
    assert.deepEqual(toArguments(['OrderStats', 'DeclarativeProjection'], 'handle', { event: 'e' }), ['e']);
  });

  it('names the missing or unknown parameter and the unknown method', () => {
    assert.throws(
      () => toArguments(['AggregateRepository'], 'load', {}),
      /AggregateRepository\.load needs the parameter aggregateId/,
    );
    assert.throws(
      () => toArguments(['EventBus'], 'publish', { events: [], fast: true }),
      /EventBus\.publish has no parameter fast/,
    );
    assert.throws(() => toArguments(['EventBus'], 'fly', {}), /EventBus\.fly are not in the interpreter's table/);
  });

  it('lists the classes of an object, the nearest first', () => {
    class Base {}
    class Sub extends Base {}
    assert.deepEqual(classNamesOf(new Sub()), ['Sub', 'Base', 'Object']);
  });

  it('has nothing in its table that the library does not have', async () => {
    const classes = Object.entries(await loadLibrary()).filter(([, value]) => typeof value === 'function') as [
      string,
      { prototype?: Record<string, unknown> },
    ][];
    const own = ['Handler', 'FailingPublisher'];
    const unknown = Object.entries(signatures).flatMap(([className, methods]) => {
      const matching = classes.filter(([name]) => name.endsWith(className));
      return Object.keys(methods)
        .filter((method) => method !== 'new' || matching.length === 0)
        .filter((method) => !matching.some(([, { prototype }]) => typeof prototype?.[method] === 'function'))
        .map((method) => `${className}.${method}`);
    });
    assert.deepEqual(
      unknown.filter((name) => !own.includes(name.split('.')[0] ?? '')),
      [],
    );
  });

  it('can read every line of the table', () => {
    for (const [className, methods] of Object.entries(signatures)) {
      for (const [method, signature] of Object.entries(methods)) {
        assert.match(signature, /^(\w+(\|\w+)*\??(, )?)*(\{ \w+(, \w+)* \})?$/, `${className}.${method}`);
      }
    }
  });
});
