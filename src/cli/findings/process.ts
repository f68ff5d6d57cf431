// SPDX-License-Identifier: Apache-2.0
// How the process was started, and how it ended.
import { enabledByLists } from '../../enabled-lists.js';
import { flag, PREFIX } from '../../settings.js';
import {
  canSend,
  counted,
  type Facts,
  type FindingKinds,
  hasFailedAtOnce,
  isStillStarting,
  listed,
  seenIf,
} from '../facts.js';

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
    remedy:
      'Do what the line says; or run it without the doctor, to see whether Node.js accepts its flags and the application starts. SIGKILL from elsewhere is ' +
      'most often that of a machine or a container that is out of memory, SIGABRT that of V8 whose heap is full.',
    find: () => [],
  },
  'no-answer': {
    weight: 'problem',
    when: 'the application keeps its thread busy, and did not answer when its time was over: nothing could be seen of it, and nothing sent',
    remedy:
      'Give it the time that its work takes, `--for 60`. Where it never ends, let it go back to the event loop now and then ' +
      '(`await setImmediate()` of `node:timers/promises`): in between no exporter sends anything either.',
    find: () => [],
  },
  'preload-missing': {
    weight: 'problem',
    when: 'nobody has loaded the instrumentation',
    remedy:
      'Start the application with `node --import opentelemetry-instrumentation-eventsource/register app.js`, or with the flag in ' +
      '`NODE_OPTIONS`. In a worker that is started with `execArgv: []` it is missing, too.',
    find: (facts) => {
      const { report, said, preloads } = facts;
      const { instrumentation, missed, process } = report;
      return seenIf(
        !hasFailedAtOnce(report) &&
          !isStillStarting(facts) &&
          instrumentation.by === undefined &&
          !said.some(isFailedPreload) &&
          !(preloads && handsOn(process)),
        `Nothing in the process has loaded the instrumentation${missed.length === 0 ? '' : `; ${listed(missed.map(({ name }) => name))} was loaded without it`}.`,
      );
    },
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
    when: 'the configuration says `enabled: false`, or one of the lists of instrumentations leaves `eventsource` out',
    remedy:
      'Take away what is named: `OTEL_INSTRUMENTATION_EVENTSOURCE_ENABLED=false`, `enabled: false` in code, or `eventsource` in ' +
      '`OTEL_NODE_DISABLED_INSTRUMENTATIONS`. Into `OTEL_NODE_ENABLED_INSTRUMENTATIONS`, where that is set, write `eventsource`.',
    find: ({ report: { instrumentation, variables } }) =>
      seenIf(
        instrumentation.by !== undefined && !instrumentation.on,
        `The instrumentation is there and switched off by ${switchedOffBy(variables.set)}.`,
      ),
  },
  'application-failed': {
    weight: 'problem',
    when: 'the application ended with an error',
    remedy: 'Look at its output without the doctor. What is not sent by then is lost.',
    find: ({ report: { end, spans, process }, application }) => [
      ...seenIf(
        end.how === 'uncaught error' && isTypeScript(application, end.error),
        `${application} is TypeScript, as which Node.js ${process.version} cannot run it: compile it, or name \`--import tsx\`${stripsTypes(process.version) ? '' : '; Node.js 22.18 and later run most of it'}.`,
      ),
      ...seenIf(
        end.how === 'uncaught error',
        `The application ended with: ${end.error}${spans.unsent > 0 ? `; ${counted(spans.unsent, 'span')} unsent` : ''}.`,
      ),
    ],
  },
  'started-elsewhere': {
    weight: 'hint',
    when: 'the application works in worker threads or processes of its own, into which the doctor does not look',
    remedy:
      'Give the doctor the file that works there; one of tests without `--test`. A worker with `execArgv: []` runs no preload; ' +
      'pm2 and `cluster` have [places of their own for the flag](deployment.md).',
    find: ({ report: { process, spans } }) =>
      seenIf(
        process.started > 0 && spans.ours === 0,
        `${process.started === 1 ? 'A worker thread or process was' : `${process.started} worker threads or processes were`} started, and no span of ours ended in this one.`,
      ),
  },
  'exit-before-flush': {
    weight: 'problem',
    when: '`process.exit()` before all is sent, also as the answer to SIGTERM',
    remedy:
      'Send what is left before: `await flush()` of this package, or `await sdk.shutdown()` of your own ' +
      '`NodeSDK`, then `process.exit()`.',
    find: ({ report }) => {
      const { end, spans } = report;
      return seenIf(
        canSend(report) &&
          spans.unsent > 0 &&
          (end.how === 'process.exit' || (end.how === 'limit' && end.code !== undefined)),
        `process.exit() ended the process with ${counted(spans.unsent, 'span')} unsent.`,
      );
    },
  },
  'no-shutdown': {
    weight: 'problem',
    when: 'the application makes its own SDK, ends, and nobody sends what is left',
    remedy: "`process.once('beforeExit', () => sdk.shutdown())`, or `provider.shutdown()` where there is no `NodeSDK`.",
    find: ({ report }) => {
      const { end, spans } = report;
      return seenIf(
        canSend(report) && end.how === 'by itself' && spans.unsent > 0,
        `The process ended with ${counted(spans.unsent, 'span')} unsent.`,
      );
    },
  },
} as const satisfies FindingKinds;

/** The test runner loads neither preload nor tests itself: processes of its own do, which it hands its flags to. */
export function handsOn({ flags }: Facts['report']['process']): boolean {
  return flags.includes('--test') && !flags.some((flag) => /^--(?:experimental-)?test-isolation=none$/.test(flag));
}

function switchedOffBy(set: Facts['report']['variables']['set']): string {
  const own = `${PREFIX}ENABLED`;
  // As `enabled-lists` has it: what is said of us alone outranks lists of all.
  if (flag.read(set[own] ?? undefined) === false) return `${own}=${set[own]}`;
  const lists = ['OTEL_NODE_DISABLED_INSTRUMENTATIONS', 'OTEL_NODE_ENABLED_INSTRUMENTATIONS'] as const;
  const list = lists.find((name) => !enabledByLists({ [name]: set[name] ?? undefined }));
  if (list === undefined || flag.read(set[own] ?? undefined) === true) return '`enabled: false` in code';
  return `${list}=${set[list]}${list.includes('DISABLED') ? '' : ', which does not name eventsource'}`;
}

/** What a Node.js says to TypeScript, which takes it for JavaScript or for nothing, or leaves out what are types alone. */
function isTypeScript(application: string | undefined, error = ''): boolean {
  const refusal =
    /Unknown file extension "\.[mc]?tsx?"|outside a module|^Unexpected |strict mode reserved word|Missing initializer|strip-only mode/;
  return /\.[mc]?tsx?$/.test(application ?? '') && refusal.test(error);
}

/** On by default from there on. */
function stripsTypes(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

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
