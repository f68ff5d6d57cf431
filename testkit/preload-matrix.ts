// SPDX-License-Identifier: Apache-2.0
// Every way to preload ours × every kind of application × with and without other people's loader: what the application prints,
// how it ends and which spans arrive, beside the same application without ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addFiles, applicationWith, type ChildResult, root, runNode } from './child.js';
import { installOurs, packageName } from './installed.js';
import { startOtlpReceiver } from './otlp-receiver.js';

/** Arguments of Node, and what goes into NODE_OPTIONS. */
interface Preload {
  readonly args?: readonly string[];
  readonly options?: string;
}

export const preloads = {
  '--import package': { args: ['--import', `${packageName}/register`] },
  '--require package': { args: ['--require', `${packageName}/register`] },
  'NODE_OPTIONS --import package': { options: `--import ${packageName}/register` },
  'NODE_OPTIONS --require package': { options: `--require ${packageName}/register` },
  '--import file': { args: ['--import', `./node_modules/${packageName}/register`] },
  '--require file': { args: ['--require', `./node_modules/${packageName}/register`] },
  '--import instrumentation.mjs': { args: ['--import', './instrumentation.mjs'] },
  '--require instrumentation.cjs': { args: ['--require', './instrumentation.cjs'] },
  'NODE_OPTIONS --require instrumentation.cjs': { options: '--require ./instrumentation.cjs' },
} as const satisfies Record<string, Preload>;

const applications = ['application.mjs', 'application.cjs', 'worker.mjs'] as const;
const neighbours = ['alone', 'beside a loader'] as const;

export interface Cell {
  readonly preload: keyof typeof preloads;
  readonly application: (typeof applications)[number];
  readonly neighbour: (typeof neighbours)[number];
}

export const cells: readonly Cell[] = applications.flatMap((application) =>
  neighbours.flatMap((neighbour) =>
    (Object.keys(preloads) as Cell['preload'][]).map((preload) => ({ preload, application, neighbour })),
  ),
);

export const title = ({ preload, application, neighbour }: Cell) => `${preload}, ${application}, ${neighbour}`;

const PEERS = ['@opentelemetry/api', '@opentelemetry/sdk-node'];
const SPANS = ['in_memory_event_store.append_events', 'in_memory_event_store.get_events'];

const work = `
  class OrderPlaced extends DomainEvent { static eventType = 'OrderPlaced'; static aggregateType = 'Order'; }
  const fields = { aggregateId: 'order-1', aggregateType: 'Order', eventType: 'OrderPlaced', aggregateVersion: 1 };
  const store = new InMemoryEventStore();
  store.appendEvents('order-1', 'Order', [new OrderPlaced(fields)], 0)
    .then(() => store.getEvents('order-1'))
    .then((events) => { console.log('read', events.constructor.name); return trace.getTracerProvider().getDelegate?.().forceFlush?.(); })
    .then(() => { process.exitCode = 3; });
`;
const files = {
  'package.json': '{ "name": "application" }',
  'application.mjs': `
    import { trace } from '@opentelemetry/api'; import { DomainEvent, InMemoryEventStore } from 'eventsource'; ${work}`,
  'application.cjs': `
    const { trace } = require('@opentelemetry/api'); const { DomainEvent, InMemoryEventStore } = require('eventsource'); ${work}`,
  'worker.mjs':
    "import { Worker } from 'node:worker_threads'; new Worker(new URL('application.mjs', import.meta.url));",
  'loader.mjs': "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);",
  'hooks.mjs': 'export const load = (url, context, next) => next(url, context);',
};

export interface Matrix {
  /**
   * Says what differs from the same application without ours; `undefined` when nothing does and all spans have arrived.
   *
   * @param node the binary
   * @param limitMillis ends hard what does not end by then
   */
  faultOf(node: string, cell: Cell, limitMillis: number): Promise<string | undefined>;
  remove(): void;
}

/** Of a folder with the applications, ours, the target and the preload file of the README, as an ES module and in CommonJS. */
export function openMatrix(): Matrix {
  const { folder, remove } = applicationWith(files);
  installOurs(folder, ...PEERS);
  const snippet = readmePreload();
  addFiles(folder, {
    'instrumentation.mjs': snippet,
    'instrumentation.cjs': snippet.replaceAll(/^import (\{.*\}) from (.*);$/gm, 'const $1 = require($2);'),
  });
  const bareOutcomes = new Map<string, string>();

  async function run(node: string, { application, neighbour }: Cell, preload: Preload, limitMillis: number) {
    const { args = [], options } = preload;
    const receiver = await startOtlpReceiver();
    try {
      const result = await runNode({
        node,
        args: [...(neighbour === 'alone' ? [] : ['--import', './loader.mjs']), ...args, application],
        cwd: folder,
        env: {
          ...receiver.env,
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_LOGS_EXPORTER: 'none',
          ...(options === undefined ? {} : { NODE_OPTIONS: options }),
        },
        timeoutMillis: limitMillis,
      });
      return { outcome: outcomeOf(result), spans: receiver.spans.map(({ name }) => name).sort() };
    } finally {
      await receiver.close();
    }
  }

  return {
    remove,
    async faultOf(node, cell, limitMillis) {
      const key = [node, cell.application, cell.neighbour].join();
      const bare = bareOutcomes.get(key) ?? (await run(node, cell, {}, limitMillis)).outcome;
      bareOutcomes.set(key, bare);
      const { outcome, spans } = await run(node, cell, preloads[cell.preload], limitMillis);
      if (outcome !== bare) return `${outcome} instead of ${bare}`;
      return spans.join() === SPANS.join() ? undefined : `${spans.length} spans instead of ${SPANS.length}: ${spans}`;
    },
  };
}

/** Once in a process, of the first ES module that is required: one of the application, or the file `register`. */
const SAID_BY_22_12 = /\(node:\d+\) ExperimentalWarning: .* is loading ES Module .*\nSupport for .*\n\(Use .*\n/g;

function outcomeOf({ stdout, stderr, code, signal }: ChildResult): string {
  const end = signal === null ? `exit ${code}` : signal === 'SIGKILL' ? 'killed, since it did not end' : signal;
  // Node puts its process id before its own warnings.
  const said = stderr.replaceAll(SAID_BY_22_12, '').replaceAll(/\(node:\d+\)/g, '(node)');
  return JSON.stringify([end, stdout.trim(), said.slice(0, 500)]);
}

function readmePreload(): string {
  const blocks = readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g);
  const snippet = Array.from(blocks, ([, text]) => text).find((text) => text?.includes('new NodeSDK('));
  if (snippet === undefined) throw new Error('the README has no preload file any more');
  return snippet;
}
