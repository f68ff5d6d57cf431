// SPDX-License-Identifier: Apache-2.0
// What an application sees of calls into the target: order, values, errors, promises, iterators.
import type { AppendResult, EventPublisher, StoredEvent } from 'eventsource';
import type { Library, Program } from '../../../testkit/whole-library.js';
import { accountId, type Domain, domainOf } from './domain.js';

export const program: Program = async (library) => {
  const domain = domainOf(library);
  const report: Record<string, unknown> = {};
  for (const [name, look] of Object.entries(cases)) report[name] = await look(library, domain);
  return report;
};

const cases: Record<string, (library: Library, domain: Domain) => unknown> = {
  async 'super chains and overrides'(library, { depositOf }) {
    const steps: string[] = [];
    class Audited extends library.InMemoryEventStore {
      override async appendEvents(...args: Parameters<InstanceType<Library['InMemoryEventStore']>['appendEvents']>) {
        steps.push('audited in');
        const result = await super.appendEvents(...args);
        steps.push('audited out');
        return result;
      }
    }
    class Counted extends Audited {
      override async appendEvents(...args: Parameters<Audited['appendEvents']>): Promise<AppendResult> {
        steps.push('counted in');
        try {
          return await super.appendEvents(...args);
        } finally {
          steps.push('counted out');
        }
      }
    }
    const store = new Counted();
    const result = await store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 0);
    return {
      steps,
      result,
      own: Object.getOwnPropertyNames(Counted.prototype),
      inherited: Object.hasOwn(Audited.prototype, 'getEvents'),
      same: store.getEvents === library.InMemoryEventStore.prototype.getEvents,
    };
  },

  async 'an override that never calls super'(library) {
    class Broken extends library.InMemoryEventStore {
      override appendEvents(): Promise<AppendResult> {
        throw new RangeError('at once');
      }
    }
    return thrownBy(() => new Broken().appendEvents());
  },

  async 'an override by assignment, on the object and on the class'(library) {
    class Own extends library.InMemoryEventStore {}
    const assigned = async () => 7;
    Own.prototype.getGlobalPosition = assigned;
    const store = new Own();
    store.eventExists = async () => true;
    return [
      await store.getGlobalPosition(),
      await store.eventExists('x'),
      Own.prototype.getGlobalPosition === assigned,
      Object.keys(store).includes('eventExists'),
    ];
  },

  'synchronous throws of any value'(_library, { Account, depositOf }) {
    return oddities().map((thrown) => {
      const apply = () => {
        throw thrown;
      };
      const aggregate = Object.assign(new Account(accountId), { apply });
      return [thrownBy(() => aggregate.loadFromHistory([depositOf(1, 1)])), aggregate.version];
    });
  },

  async 'rejections with any value, the very value'(library, { Account }) {
    const seen: unknown[] = [];
    for (const thrown of oddities()) {
      const eventPublisher: EventPublisher = { publish: () => Promise.reject(thrown) };
      const repository = new library.AggregateRepository(new library.InMemoryEventStore(), Account, 'Account', {
        eventPublisher,
      });
      const account = new Account(accountId);
      account.deposit(1);
      const outcome = await repository.save(account).then(
        () => 'resolved',
        (error: unknown) => ({ same: Object.is(error, thrown), keys: keysOf(error) }),
      );
      seen.push([outcome, account.hasUncommittedEvents]);
    }
    return seen;
  },

  async 'errors of the library'(library, { depositOf }) {
    const store = new library.InMemoryEventStore();
    await store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 0);
    const closed = new library.SQLiteEventStore(':memory:');
    return Promise.all(
      [
        store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 0),
        store.appendEvents(accountId, 'Account', 'no list' as never, 0),
        store.appendEvents(...([] as never as Parameters<typeof store.appendEvents>)),
        closed.getEvents(accountId),
      ].map((promise) =>
        promise.then(
          () => 'resolved',
          (error: Error) => [error.name, error.constructor.name, error.message, Object.keys(error)],
        ),
      ),
    );
  },

  async 'a method that lost its object'(library) {
    const { InMemoryEventStore, AggregateRoot } = library;
    const { appendEvents, getEvents, readAll } = InMemoryEventStore.prototype;
    return [
      await Reflect.apply(appendEvents, undefined, [accountId, 'Account', [{}], 0]).catch(messageOf),
      await Reflect.apply(getEvents, {}, [accountId]).catch(messageOf),
      await Reflect.apply(readAll, null, []).next().catch(messageOf),
      thrownBy(() => Reflect.apply(AggregateRoot.prototype.loadFromHistory, undefined, [[{}]])),
    ];
  },

  async 'promises and their values'(library, { depositOf }) {
    const store = new library.InMemoryEventStore();
    const promise = store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 0);
    const first = await promise;
    return {
      class: Object.getPrototypeOf(promise) === Promise.prototype,
      keys: Object.getOwnPropertyNames(promise),
      stable: (await promise) === first,
      extensible: Object.isExtensible(promise),
      value: [first.constructor.name, Object.isFrozen(first), first],
      undefinedValue: await new library.InMemoryEventBus().publish([depositOf(1, 1)]),
    };
  },

  async 'iterators: to the end, left early, closed, thrown into'(library, { depositOf }) {
    const store = new library.InMemoryEventStore();
    await store.appendEvents(
      accountId,
      'Account',
      [1, 2, 3].map((version) => depositOf(version, version)),
      0,
    );
    const versions = async (events: AsyncIterable<StoredEvent>, enough = 9) => {
      const seen: number[] = [];
      for await (const { streamPosition } of events) {
        seen.push(streamPosition);
        if (seen.length === enough) break;
      }
      return seen;
    };
    const early = store.readAll();
    const closed = store.readStream(`${accountId}:Account`);
    const thrownInto = store.readAll();
    await thrownInto.next();
    const parallel = store.readAll();
    return {
      all: await versions(store.readAll()),
      early: [await versions(early, 1), await early.next(), await versions(early)],
      closed: [await closed.return(), await closed.next()],
      thrownInto: [await thrownInto.throw('odd').catch(String), await thrownInto.next()],
      unknown: await store
        .readAll({ direction: 'sideways' } as never)
        .next()
        .catch(messageOf),
      parallel: (await Promise.all([parallel.next(), parallel.next(), parallel.next(), parallel.next()])).map(
        ({ done, value }) => [done, value?.streamPosition],
      ),
      identity: [
        parallel[Symbol.asyncIterator]() === parallel,
        Object.prototype.toString.call(parallel),
        Object.keys(parallel),
        parallel.next.name,
        parallel.next.length,
        Object.getPrototypeOf(Object.getPrototypeOf(parallel)) === Object.getPrototypeOf((async function* () {})()),
        'next' in parallel && 'return' in parallel && 'throw' in parallel,
      ],
    };
  },

  async 'handlers: order, receivers, failures'(library, { Deposited, depositOf }) {
    const bus = new library.InMemoryEventBus();
    const seen: unknown[] = [];
    const object = {
      handle(this: unknown, ...args: unknown[]) {
        seen.push(['object', this === object, args.length]);
      },
    };
    bus.subscribe(Deposited, object);
    bus.subscribe(Deposited, async (event) => void seen.push(['function', event.amount]));
    bus.subscribe(Deposited, () => Promise.reject(undefined));
    bus.subscribe(Deposited, function late(this: unknown) {
      seen.push(['late', this === undefined]);
    });
    await bus.publish([depositOf(5, 1)]);
    const removed = [bus.unsubscribe(Deposited, object), bus.unsubscribe(Deposited, object)];
    await bus.publish([depositOf(6, 2)]);
    return { seen, removed, stats: bus.getStats() };
  },

  async 'what the library hands to the application in return'(library, { Account }) {
    const store = new library.SQLiteEventStore(':memory:');
    await store.initialize();
    const snapshotStore = new library.InMemorySnapshotStore();
    const repository = new library.AggregateRepository(store, Account, 'Account', {
      snapshotStore,
      snapshotThreshold: 2,
    });
    const account = new Account(accountId);
    for (const amount of [1, 2]) account.deposit(amount);
    await repository.save(account);
    const loaded = await repository.load(accountId);
    await store.close();
    return {
      loaded: [loaded instanceof Account, loaded.version, loaded.state, Reflect.ownKeys(loaded).map(String)],
      keys: [store, repository, snapshotStore].map((object) => Reflect.ownKeys(object).map(String)),
      json: JSON.stringify(loaded),
    };
  },
};

/** Values that are hard to inspect, or that nobody expects to be thrown. */
function oddities(): unknown[] {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const hostile = Object.create(Error.prototype, {
    name: { get: () => unreadable() },
    message: { get: () => unreadable() },
    stack: { get: () => unreadable() },
    constructor: { get: () => unreadable() },
  });
  // biome-ignore lint/suspicious/noThenProperty: to be taken for a thenable is the point
  const then = { then: 'not a function' };
  return [
    undefined,
    null,
    0,
    '',
    Number.NaN,
    Symbol.for('odd'),
    Object.freeze(new Error('frozen')),
    proxy,
    hostile,
    then,
  ];
}

function unreadable(): never {
  throw new Error('unreadable');
}

function thrownBy(action: () => unknown): unknown {
  try {
    return ['returned', typeof action()];
  } catch (error) {
    return ['threw', messageOf(error), keysOf(error)];
  }
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return 'something that cannot be read';
  }
}

function keysOf(error: unknown): unknown {
  try {
    return typeof error === 'object' && error !== null ? Reflect.ownKeys(error).map(String) : typeof error;
  } catch {
    return 'a revoked proxy';
  }
}
