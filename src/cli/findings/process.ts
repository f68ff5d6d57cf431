// SPDX-License-Identifier: Apache-2.0
// How the process was started, and how it ended.
import { type Facts, type FindingKinds, listed, seenIf } from '../facts.js';

/** The majors that are supported, each with its first minor version. */
const FLOORS: Readonly<Record<number, number>> = { 20: 19, 22: 12 };
const NEWEST_FLOOR = 22;

const isOurLibrary = ({ report }: Facts) => report.missed.length > 0;

export const ofProcess = {
  'unsupported-runtime': {
    weight: 'problem',
    when: 'Node.js is older than 20.19 or 22.12, or it is Bun or Deno',
    remedy: 'Run it with Node.js `^20.19.0` or `>=22.12.0`; other runtimes have no module hooks of Node.js.',
    // Nothing of it can be run there; see `unsupportedRuntime`.
    find: () => [],
  },
  'no-report': {
    weight: 'problem',
    when: 'the process ended before anything could be seen: Node.js does not know a flag, a hard kill',
    remedy: 'Run it without the doctor, to see whether Node.js accepts its flags and the application starts.',
    find: () => [],
  },
  'preload-missing': {
    weight: 'problem',
    when: 'nobody has loaded the instrumentation',
    remedy:
      'Start the application with `node --import opentelemetry-instrumentation-eventsource/register app.js`, or with the flag in ' +
      '`NODE_OPTIONS`. In a worker that is started with `execArgv: []` it is missing, too.',
    find: ({ report: { instrumentation, missed }, said }) =>
      seenIf(
        instrumentation.by === undefined && !said.some(isFailedPreload),
        `Nothing in the process has loaded the instrumentation${missed.length === 0 ? '' : `; ${listed(missed.map(({ name }) => name))} was loaded without it`}.`,
      ),
  },
  'preload-failed': {
    weight: 'problem',
    when: 'the preload says that nothing is instrumented: the API is missing or of another version, ES modules cannot be required',
    remedy: 'Do what the line says: `npm install @opentelemetry/api`, or `--import` in place of `--require`.',
    find: ({ said }) => said.filter(isFailedPreload).map((line) => `The preload said: ${line}`),
  },
  'loaded-too-late': {
    weight: 'problem',
    when: 'the library was loaded before the instrumentation, as where its `import` is the first line of an ES module',
    remedy:
      'All imports of a file are loaded before its first line runs. Take the import out and use `--import …/register`, or ' +
      '`--import ./instrumentation.js` for a file that makes a `NodeSDK`; or call `weave` with the module.',
    find: (facts) =>
      seenIf(
        isOurLibrary(facts) && facts.report.instrumentation.by !== undefined && facts.report.instrumentation.on,
        `${listed(facts.report.missed.filter((copy) => isWatched(facts, copy.name)).map(({ name, folder }) => `${name} (${folder})`))} was loaded before the instrumentation was there.`,
      ).filter(() => facts.report.missed.some((copy) => isWatched(facts, copy.name))),
  },
  'switched-off': {
    weight: 'problem',
    when: 'the configuration says `enabled: false`',
    remedy: 'Take `OTEL_INSTRUMENTATION_EVENTSOURCE_ENABLED=false`, or `enabled: false` in code, away.',
    find: ({ report: { instrumentation } }) =>
      seenIf(instrumentation.by !== undefined && !instrumentation.on, 'The instrumentation is there and switched off.'),
  },
  'application-failed': {
    weight: 'problem',
    when: 'the application ended with an error',
    remedy: 'Look at its output without the doctor. What is not sent by then is lost.',
    find: ({ report: { end, spans } }) => [
      ...seenIf(
        end.how === 'uncaught error',
        `The application ended with: ${end.error}${spans.unsent > 0 ? ` (${spans.unsent} spans are lost)` : ''}.`,
      ),
    ],
  },
  'started-elsewhere': {
    weight: 'hint',
    when: 'the application works in worker threads or processes of its own, into which the doctor does not look',
    remedy:
      'Give the doctor the file that works there. A worker with `execArgv: []` runs no preload; pm2 and `cluster` have ' +
      '[places of their own for the flag](deployment.md).',
    find: ({ report: { process, spans } }) =>
      seenIf(
        process.started > 0 && spans.ours === 0,
        `${process.started} worker threads or processes were started, and no span of ours ended in this one.`,
      ),
  },
  'exit-before-flush': {
    weight: 'problem',
    when: '`process.exit()` before all is sent, also as the answer to SIGTERM',
    remedy:
      'Send what is left before: `await flush()` of this package, or `await sdk.shutdown()` of your own ' +
      '`NodeSDK`, then `process.exit()`.',
    find: ({ report: { end, spans } }) =>
      seenIf(
        spans.unsent > 0 && (end.how === 'process.exit' || (end.how === 'limit' && end.code !== undefined)),
        `process.exit() ended the process with ${spans.unsent} spans unsent.`,
      ),
  },
  'no-shutdown': {
    weight: 'problem',
    when: 'the application makes its own SDK, ends, and nobody sends what is left',
    remedy: "`process.once('beforeExit', () => sdk.shutdown())`, or `provider.shutdown()` where there is no `NodeSDK`.",
    find: ({ report: { end, spans } }) =>
      seenIf(end.how === 'by itself' && spans.unsent > 0, `The process ended with ${spans.unsent} spans unsent.`),
  },
} as const satisfies FindingKinds;

function isFailedPreload(line: string): boolean {
  return /nothing is instrumented|are not traced/.test(line);
}

function isWatched({ report }: Facts, name: string): boolean {
  return report.instrumentation.watched.includes(name);
}

/** What is wrong with the runtime. @param versions as in `process.versions` */
export function unsupportedRuntime(versions: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const [key, name] of Object.entries({ bun: 'Bun', deno: 'Deno' })) {
    if (versions[key] !== undefined) return `The runtime is ${name} ${versions[key]}.`;
  }
  const [major = 0, minor = 0] = (versions.node ?? '').split('.').map(Number);
  const floor = FLOORS[major];
  const isSupported = floor === undefined ? major > NEWEST_FLOOR : minor >= floor;
  return isSupported ? undefined : `Node.js is ${versions.node}.`;
}
