// SPDX-License-Identifier: Apache-2.0
// An application that saves and loads an order, with our package installed, and the doctor run on it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { addFiles, applicationWith, runNode } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';

export interface DoctorRun {
  /** What comes before the application on the command line; our preload, unless it is said. */
  readonly flags?: readonly string[];
  /** The application and its arguments. */
  readonly app?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
}

export interface Told {
  readonly findings: readonly {
    readonly id: string;
    readonly weight: string;
    readonly seen: readonly string[];
    readonly remedy: string;
  }[];
  readonly report?: {
    readonly process: { readonly hooks: string };
    readonly spans: { readonly ours: number; readonly unsent: number };
    readonly testSpan: { readonly state: string };
    readonly sdk: { readonly carrier: Readonly<Record<string, string>> };
    readonly libraries: readonly { readonly library: string; readonly methods: number }[];
  };
  readonly code: number | null;
  readonly output: string;
}

export const preload = ['--import', `${packageName}/register`] as const;
/** For applications that end by themselves, on whatever machine. */
const PATIENCE_SECONDS = 60;
/** Spans on stdout, and nothing else of an SDK. */
export const onConsole = {
  OTEL_TRACES_EXPORTER: 'console',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
} as const;

const files = {
  'package.json': '{ "name": "application", "type": "commonjs" }',
  'app.mjs': `
    import { InMemoryEventStore } from 'eventsource';
    export const store = new InMemoryEventStore();
    export const work = async () => {
      await store.getEvents('order-1');
      await store.getEvents('order-2');
    };
    await work();
  `,
  'app.cjs': "const { InMemoryEventStore } = require('eventsource'); new InMemoryEventStore().getEvents('order-1');",
} as const;

export interface Application {
  readonly folder: string;
  doctor(run?: DoctorRun): Promise<Told>;
  remove(): void;
}

/** @param peers packages of OpenTelemetry beside ours */
export function application(...peers: readonly string[]): Application {
  const { folder, remove } = applicationWith(files);
  installOurs(folder, ...peers);
  return {
    folder,
    remove,
    async doctor({ flags = preload, app = ['app.mjs'], files: more = {}, env = {}, node } = {}) {
      addFiles(folder, more);
      const command = join(folder, 'node_modules', packageName, 'cli.mjs');
      const limit = flags.includes('--for') ? [] : ['--for', String(PATIENCE_SECONDS)];
      const args = [command, 'doctor', '--json', ...limit, ...flags, ...app];
      const { stdout, stderr, code } = await runNode({
        args,
        env,
        cwd: folder,
        timeoutMillis: 100_000,
        ...(node && { node }),
      });
      assert.equal(stderr, '');
      return { ...(JSON.parse(stdout) as Pick<Told, 'findings' | 'report'>), code, output: stdout };
    },
  };
}

export const idsOf = ({ findings }: Told) => findings.map(({ id }) => id);
