// SPDX-License-Identifier: Apache-2.0
// One program in every kind of file that Node.js can be given, with loaders for those that it cannot read by itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../child.js';

export interface Application {
  readonly file: string;
  /** Of Node, before those of the preload. */
  readonly loader?: readonly string[];
  /** Packages that the loader needs, with their versions. */
  readonly packages?: Readonly<Record<string, string>>;
}

const tsx = { tsx: '^4.0.0' };
const swc = { '@swc-node/register': '^1.0.0', '@swc/core': '^1.0.0', typescript: '~5.9.0' };

export const applications = {
  'ES module': { file: 'application.mjs' },
  CommonJS: { file: 'application.cjs' },
  'worker thread': { file: 'worker.mjs' },
  'tsx, ES module': { file: 'application.mts', loader: ['--import', 'tsx'], packages: tsx },
  'tsx, CommonJS': { file: 'application.cts', loader: ['--require', 'tsx/cjs'], packages: tsx },
  'type stripping, ES module': { file: 'application.mts' },
  'type stripping, CommonJS': { file: 'stripped.cts' },
  'swc, ES module': {
    file: 'application.mts',
    loader: ['--import', '@swc-node/register/esm-register'],
    packages: swc,
  },
  'swc, CommonJS': { file: 'application.cts', loader: ['--require', '@swc-node/register'], packages: swc },
} as const satisfies Record<string, Application>;

/** What every application prints, and how it ends. */
export const printed = { stdout: 'paid in: 500\nbalance: 500\nOptimisticLockError', stderr: 'done', code: 3 };

const names = ['AggregateRepository', 'AggregateRoot', 'DomainEvent', 'InMemoryEventBus', 'InMemoryEventStore'].join(
  ', ',
);

/** Two units of work that succeed, and one that fails; as TypeScript or without its types. */
const work = (typed: boolean) => {
  const t = (text: string) => (typed ? text : '');
  return `
    ${t('interface Balance { readonly cents: number }')}
    class MoneyPaidIn extends DomainEvent { static aggregateType = 'Account'; }
    class Account extends AggregateRoot${t('<any>')} {
      payIn(cents${t(': number')}) {
        this.raiseEvent(new MoneyPaidIn({ aggregateId: this.aggregateId, aggregateVersion: this.getNextVersion(), cents }${t(' as any')}));
      }
      apply(event${t(': any')}) { this.state = { cents: (this.state?.cents ?? 0) + event.cents }${t(' satisfies Balance')}; }
    }
    const main = async () => {
      const bus = new InMemoryEventBus();
      bus.subscribe(MoneyPaidIn, (event${t(': any')}) => console.log('paid in:', event.cents));
      const accounts = new AggregateRepository(new InMemoryEventStore(), Account, 'Account', { eventPublisher: bus });
      const account = accounts.createNew('account-1');
      account.payIn(500);
      await accounts.save(account);
      const [one, other] = [await accounts.load('account-1'), await accounts.load('account-1')];
      console.log('balance:', one.state.cents);
      one.payIn(1);
      other.payIn(2);
      bus.clearSubscribers();
      await accounts.save(one);
      await accounts.save(other).catch((error${t(': any')}) => console.log(error.constructor.name));
      console.error('done');
      process.exitCode = 3;
    };
    main();
  `;
};

/** Of all applications; paths are relative to their folder. */
export function applicationFiles(target: string): Readonly<Record<string, string>> {
  const imported = `import { ${names} } from '${target}';`;
  const required = `const { ${names} } = require('${target}');`;
  const snippet = readmePreload();
  return {
    'application.mjs': imported + work(false),
    'application.cjs': required + work(false),
    'application.mts': imported + work(true),
    'application.cts': imported + work(true),
    // An import statement in a file of CommonJS is more than types, so stripping leaves it where it cannot be.
    'stripped.cts': required + work(true),
    'worker.mjs':
      "import { Worker } from 'node:worker_threads'; new Worker(new URL('application.mjs', import.meta.url)).on('exit', (code) => { process.exitCode = code; });",
    'tsconfig.json': '{ "compilerOptions": { "target": "es2022", "module": "nodenext", "esModuleInterop": true } }',
    'loader.mjs': "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);",
    'hooks.mjs': 'export const load = (url, context, next) => next(url, context);',
    'empty.mjs': '',
    'empty.cjs': '',
    'instrumentation.mjs': snippet,
    'instrumentation.cjs': snippet.replaceAll(/^import (\{.*\}) from (.*);$/gm, 'const $1 = require($2);'),
  };
}

function readmePreload(): string {
  const blocks = readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```js\n([\s\S]*?)```/g);
  const snippet = Array.from(blocks, ([, text]) => text).find((text) => text?.includes('new NodeSDK('));
  if (snippet === undefined) throw new Error('the README has no preload file any more');
  return snippet;
}
