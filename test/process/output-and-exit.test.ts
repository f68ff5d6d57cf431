// SPDX-License-Identifier: Apache-2.0
// Output, exit code and fate of a process are its own, also when errors and rejections pass through woven calls. While
// nobody records, test/preload compares them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { assertSeenAlike, observe, type Preload } from '../../testkit/bare-and-woven.js';
import { root } from '../../testkit/child.js';
import { forms } from './programs/files.js';

const domain = JSON.stringify(join(root, 'dist/test/process/programs/domain.js'));

/** What each application begins with: an account with one deposit that is not saved yet, and where it can be saved. */
const prologue = `
  const { Account, Deposited, depositOf } = domainOf(eventsource);
  const store = new eventsource.InMemoryEventStore();
  const bus = new eventsource.InMemoryEventBus();
  const accounts = new eventsource.AggregateRepository(store, Account, 'Account', { eventPublisher: bus });
  const account = new Account(accountId);
  account.deposit(5);
`;

const loads = {
  esm: `import * as eventsource from 'eventsource'; import { accountId, domainOf } from ${domain}; ${prologue}`,
  commonjs: `const eventsource = require('eventsource'); const { accountId, domainOf } = require(${domain}); ${prologue}`,
};

/** Each is the rest of an application; the last value says how many spans it must give when they are recorded. */
const applications = {
  'ends by itself with an exit code of its own': [
    `accounts.save(account).then(() => { console.log('saved'); process.exitCode = 3; });`,
    2,
  ],
  'exits in the middle of a call': [
    `bus.subscribe(Deposited, () => { console.log('exits'); process.exit(4); }); accounts.save(account);`,
    1,
  ],
  'dies of a rejection that nobody handles': [
    `store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 9); setTimeout(() => console.log('never'), 50);`,
    1,
  ],
  'dies of a rejection with undefined': [
    `accounts.eventPublisher.publish = () => Promise.reject(undefined);
     accounts.save(account); setTimeout(() => console.log('never'), 50);`,
    2,
  ],
  'is told of each rejection once, with the very reason and promise': [
    `const thrown = new RangeError('refused');
     accounts.eventPublisher.publish = () => Promise.reject(thrown);
     const promise = accounts.save(account);
     process.on('unhandledRejection', (reason, of) => console.log('unhandled', reason === thrown, of === promise));
     process.on('rejectionHandled', (of) => console.log('handled', of === promise));
     setTimeout(() => promise.catch((reason) => console.log('caught', reason === thrown)), 20);`,
    2,
  ],
  'is not told of rejections that it handles': [
    `process.on('unhandledRejection', () => console.log('unhandled'));
     process.on('multipleResolves', () => console.log('multiple'));
     Promise.allSettled([1, 2, 3].map((version) => store.appendEvents(accountId, 'Account', [depositOf(1, 1)], version)))
       .then((results) => console.log(results.map(({ reason }) => reason.name).join()));`,
    3,
  ],
  'dies of an error that a woven call throws at once': [
    `account.apply = () => { throw new TypeError('cannot apply'); };
     account.loadFromHistory([depositOf(1, 2)]);`,
    0,
  ],
  'hears of uncaught errors': [
    `process.on('uncaughtException', (error, origin) => console.log(error.message, origin));
     bus.subscribe(Deposited, () => { setTimeout(() => { throw new Error('later'); }); });
     accounts.save(account);`,
    4,
  ],
  'keeps the order of what it prints': [
    `bus.subscribe(Deposited, () => console.log('handler'));
     process.on('beforeExit', () => console.log('beforeExit'));
     process.on('exit', (code) => console.log('exit', code));
     accounts.save(account).finally(() => console.error('finally')).then(() => console.log('then'));
     console.log('sync'); queueMicrotask(() => console.log('microtask')); setImmediate(() => console.log('immediate'));`,
    4,
  ],
  'sees no listeners, timers, warnings, globals or variables that are not its own': [
    `process.on('warning', ({ name }) => console.log('warning', name));
     accounts.save(account).then(() => setTimeout(() => {
       // The thread of asynchronous loader hooks opens the pipes of the output, whoever registers them.
       console.log(process.getActiveResourcesInfo().filter((resource) => resource !== 'PipeWrap'));
       console.log(process.eventNames(), Object.getOwnPropertyNames(globalThis).length, Object.keys(process.env).length);
       console.log(Error.stackTraceLimit, Error.prepareStackTrace, process.argv.length, process.exitCode);
     }, 20));`,
    2,
  ],
  'is not kept alive by a call that never settles': [
    `bus.subscribe(Deposited, () => new Promise(() => {})); accounts.save(account).then(() => console.log('never'));
     console.log('started');`,
    1,
  ],
} as const satisfies Record<string, readonly [code: string, spans: number]>;

describe('a process under the preload', function () {
  this.timeout(120_000);

  for (const [title, [code, spans]] of Object.entries(applications)) {
    it(title, async () => {
      for (const form of forms) {
        const main = form === 'esm' ? 'main.mjs' : 'main.cjs';
        const run = (preload: Preload) => observe({ preload, main, files: { [main]: `${loads[form]}\n${code}` } });
        const [bare, recording] = await Promise.all([run('bare'), run('recording')]);
        assertSeenAlike(recording, bare);
        assert.equal(recording.spans.length, spans, `${form}: ${recording.spans.map(({ name }) => name)}`);
        assert.ok(bare.stdout !== '' || bare.code !== 0, 'the application says something');
      }
    });
  }
});
