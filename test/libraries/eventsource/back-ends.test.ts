// SPDX-License-Identifier: Apache-2.0
// A component gets another back end by a value in its list: no row is written again.
import assert from 'node:assert/strict';
import { type BackEnd, inMemory, overBackEnds, storedRows } from '../../../src/libraries/eventsource/back-ends.js';
import { library } from '../../../src/libraries/eventsource/index.js';
import { snakeCase } from '../../../src/libraries/eventsource/names.js';
import { weaveClasses } from '../../../src/weaving/classes.js';
import { startTelemetry, type Telemetry, testRuntime } from '../../../testkit/telemetry.js';

const mongodb: BackEnd = {
  prefix: 'MongoDB',
  database: {
    system: 'mongodb',
    name: ({ collection }: { readonly collection: { readonly dbName: string } }) => collection.dbName,
    operations: { insert: 'insertMany', upsert: 'replaceOne', read: 'find', update: 'updateOne', delete: 'deleteMany' },
  },
};

interface Store {
  save(key: string): void;
  find(key: string): string;
  forget(): void;
}

const aspects = overBackEnds({
  name: 'Store',
  family: 'stores',
  backEnds: [{ ...inMemory, extra: { size: { span: 'size' } } }, mongodb],
  rows: storedRows<Store>({
    save: { span: 'save', does: 'upsert', attributes: { key: ({ args }) => args[0] }, sampling: { kept: true } },
    find: { span: 'find', does: 'read' },
    forget: { span: 'forget' },
  }),
});

describe('a component over several back ends', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const attributesOf = (name: string) => telemetry.spans().find((span) => span.name === name)?.attributes;

  it('tells the database of each, and its own words for what it does there', () => {
    class InMemoryStore implements Store {
      save(_key: string) {}
      find(key: string) {
        return key;
      }
      forget() {}
      size() {}
    }
    class MongoDBStore implements Store {
      readonly collection = { dbName: 'shop' };
      save(_key: string) {}
      find(key: string) {
        return key;
      }
      forget() {}
    }
    const { report } = weaveClasses(testRuntime(), aspects, { InMemoryStore, MongoDBStore });
    assert.deepEqual(report.otherShapes, []);

    const store = new MongoDBStore();
    store.save('a');
    store.find('a');
    store.forget();
    const database = { 'db.system': 'mongodb', 'db.name': 'shop' };
    assert.deepEqual(attributesOf('save'), { key: 'a', kept: true, ...database, 'db.operation': 'replaceOne' });
    assert.deepEqual(attributesOf('find'), { ...database, 'db.operation': 'find' });
    assert.deepEqual(attributesOf('forget'), {});

    telemetry.reset();
    new InMemoryStore().save('b');
    new InMemoryStore().size();
    assert.deepEqual(attributesOf('save'), { key: 'b', kept: true });
    assert.deepEqual(attributesOf('size'), {});
  });

  it('names the event stores of the library after their classes', () => {
    const stores = library.aspects.filter(({ component }) => component === 'EventStore');
    assert.deepEqual(
      stores.map(({ methods }) => methods?.appendEvents?.span),
      ['in_memory_event_store', 'sqlite_event_store', 'postgresql_event_store'].map(
        (store) => `${store}.append_events`,
      ),
    );
  });
});

describe('the name of a class in a span', () => {
  it('is that of any object: a class whose objects hide their constructor costs no row', () => {
    const derived = library.aspects.find(({ target }) => target === 'EventStore');
    const span = derived?.subclasses?.appendEvents?.span as (call: { readonly self: unknown }) => string;
    class MongoEventStore {}
    for (const [made, name] of [
      ['mongo', 'event_store'],
      [undefined, 'event_store'],
      [MongoEventStore, 'mongo_event_store'],
    ] as const) {
      assert.equal(span({ self: { constructor: made } }), `${name}.append_events`);
    }
  });

  for (const [name, expected] of [
    ['InMemory', 'in_memory'],
    ['SQLite', 'sqlite'],
    ['PostgreSQL', 'postgresql'],
    ['MongoDB', 'mongodb'],
    ['Orders2Archive', 'orders2_archive'],
    ['_Mongo$Fast_', 'mongo_fast'],
    ['ÄrgerÜber', 'ärger_über'],
    ['$', ''],
    ['', ''],
  ] as const) {
    it(`of ${name === '' ? 'no name' : name} is ${expected === '' ? 'empty' : expected}`, () => {
      assert.equal(snakeCase(name), expected);
    });
  }
});
