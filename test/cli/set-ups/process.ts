// SPDX-License-Identifier: Apache-2.0
// Set-ups of the process: where it is too early or too late, ends before its time, or is another than one thinks.
import { packageName } from '../../../testkit/installed.js';
import { onConsole, preload } from '../application.js';
import { batch, closed, LONG_ENOUGH, PREFIX, type SetUp } from './shared.js';

export const setUpsOfProcess: Readonly<Record<string, SetUp>> = {
  'a preload that is missing': {
    flags: [],
    env: onConsole,
    finds: ['preload-missing'],
    seen: [/eventsource was loaded/],
  },
  'a preload that is the first import of an ES module': {
    flags: [],
    app: ['late.mjs'],
    files: { 'late.mjs': `import '${packageName}/register'; import './app.mjs';` },
    env: onConsole,
    finds: ['loaded-too-late'],
    seen: [/eventsource \(.*eventsource.*\) was loaded before/],
  },
  'a NodeSDK in the first import of an ES module': {
    flags: [],
    app: ['late-sdk.mjs'],
    files: {
      'sdk.mjs': `
        import { NodeSDK } from '@opentelemetry/sdk-node';
        import { EventSourceInstrumentation } from '${packageName}';
        const sdk = new NodeSDK({ instrumentations: [new EventSourceInstrumentation()] });
        sdk.start();
        process.once('beforeExit', () => sdk.shutdown());
      `,
      'late-sdk.mjs': "import './sdk.mjs'; import './app.mjs';",
    },
    env: onConsole,
    finds: ['loaded-too-late'],
  },
  'an instrumentation that is switched off': {
    env: { ...onConsole, [`${PREFIX}ENABLED`]: 'false' },
    finds: ['switched-off'],
    seen: [/switched off by OTEL_INSTRUMENTATION_EVENTSOURCE_ENABLED=false\.$/],
  },
  'a list of instrumentations without ours': {
    env: { ...onConsole, OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,pg' },
    finds: ['switched-off'],
    seen: [/switched off by OTEL_NODE_ENABLED_INSTRUMENTATIONS=http,pg, which does not name eventsource\.$/],
  },
  'a list of instrumentations that are off, with ours': {
    env: { ...onConsole, OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'fs,eventsource' },
    finds: ['switched-off'],
    seen: [/switched off by OTEL_NODE_DISABLED_INSTRUMENTATIONS=fs,eventsource\.$/],
  },
  'an instrumentation that code switches off': {
    flags: [],
    app: ['off.mjs'],
    files: {
      'off.mjs': `
        import { EventSourceInstrumentation } from '${packageName}';
        new EventSourceInstrumentation({ enabled: false });
        await import('./app.mjs');
      `,
    },
    finds: ['switched-off', 'no-provider'],
    seen: [/switched off by `enabled: false` in code\.$/],
  },
  'a NodeSDK that nobody shuts down': {
    app: ['no-shutdown.mjs'],
    files: { 'no-shutdown.mjs': `${batch} provider.register(); await import('./app.mjs');` },
    finds: ['no-shutdown'],
    seen: [/ended with 2 spans unsent/],
  },
  'process.exit() at the end of the work': {
    app: ['exit.mjs'],
    files: { 'exit.mjs': "import './app.mjs'; process.exit(0);" },
    env: closed,
    finds: ['exit-before-flush'],
    seen: [/with 2 spans unsent/],
  },
  'a server that answers SIGTERM with process.exit()': {
    flags: [...preload, '--for', LONG_ENOUGH],
    app: ['server.mjs'],
    files: {
      'server.mjs': `
        ${batch}
        provider.register();
        const { work } = await import('./app.mjs');
        setInterval(() => {}, 60_000);
        process.on('SIGTERM', async () => { await work(); process.exit(0); });
      `,
    },
    finds: ['exit-before-flush'],
    seen: [/with 4 spans unsent/],
  },
  'an application that ends with an error': {
    app: ['broken.mjs'],
    files: { 'broken.mjs': "import './app.mjs'; throw new TypeError('no database');" },
    env: onConsole,
    finds: ['application-failed'],
    seen: [/ended with: no database/],
  },
  'an application that is not there': {
    app: ['no-such.mjs'],
    env: onConsole,
    finds: ['application-failed'],
    seen: [/Cannot find module .*no-such\.mjs/],
  },
  'an application that is not there, without a preload and an SDK': {
    flags: [],
    app: ['no-such.mjs'],
    finds: ['application-failed'],
  },
  'a preload whose name is misspelt': {
    flags: ['--import', `${packageName}/registre`],
    finds: ['application-failed'],
    seen: [/registre/],
  },
  'a preload of a package that is misspelt': {
    flags: ['--import', 'opentelemetry-instrumentation-eventsorce/register'],
    finds: ['application-failed'],
    seen: [/Cannot find package 'opentelemetry-instrumentation-eventsorce'/],
  },
  'an application in TypeScript that Node.js cannot run': {
    app: ['broken.ts'],
    files: { 'broken.ts': "import { InMemoryEventStore } from 'eventsource'; enum Order { Placed }" },
    env: onConsole,
    finds: ['application-failed'],
    seen: [/TypeScript|\.ts|outside a module/, /^broken\.ts is TypeScript, .* or name `--import tsx`/],
  },
  'an application that keeps its thread busy': {
    flags: ['--require', `${packageName}/register`, '--for', '1'],
    app: ['busy.cjs'],
    files: { 'busy.cjs': 'for (;;) {}' },
    env: onConsole,
    finds: ['no-answer'],
    seen: [/^After 1 s the application had to end, and did not answer; 15 s later the doctor ended it with SIGKILL\.$/],
  },
  'an application that somebody kills': {
    app: ['killed.mjs'],
    files: { 'killed.mjs': "import './app.mjs'; process.kill(process.pid, 'SIGKILL');" },
    env: onConsole,
    finds: ['no-report'],
    seen: [/^The process was ended by SIGKILL, which does not come from the doctor /],
  },
  'tests, which Node.js runs in processes of their own': {
    flags: ['--test', ...preload],
    app: ['app.test.mjs'],
    files: {
      'app.test.mjs': "import { test } from 'node:test'; import { work } from './app.mjs'; test('works', work);",
    },
    env: onConsole,
    finds: ['started-elsewhere'],
  },
  'tests without a preload': {
    flags: ['--test'],
    app: ['app.test.mjs'],
    env: onConsole,
    finds: ['preload-missing', 'started-elsewhere'],
  },
  'work in a process of its own': {
    app: ['forks.mjs'],
    files: { 'forks.mjs': "import { fork } from 'node:child_process'; fork('./app.mjs');" },
    env: onConsole,
    finds: ['started-elsewhere', 'library-not-loaded'],
    seen: [/^A worker thread or process was started, and no span of ours ended in this one\.$/],
  },
  'a flag that Node.js does not know': {
    flags: ['--no-such-flag'],
    finds: ['no-report'],
    seen: [/ended with 9 before/, /--no-such-flag/],
  },
  'work in a worker without a preload': {
    app: ['threads.mjs'],
    files: {
      'threads.mjs': `
        import { Worker } from 'node:worker_threads';
        new Worker(new URL('./app.mjs', import.meta.url), { execArgv: [] });
      `,
    },
    env: onConsole,
    finds: ['started-elsewhere', 'library-not-loaded'],
  },
};
