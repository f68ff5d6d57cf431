// SPDX-License-Identifier: Apache-2.0
// An application under the preload, with the packages of OpenTelemetry that the repository has.
import assert from 'node:assert/strict';
import {
  applicationWith,
  type ChildResult,
  type ChildRun,
  register,
  runNode,
  usePackages,
} from '../../testkit/child.js';
import { type OtlpReceiver, type OtlpReceiverOptions, startOtlpReceiver } from '../../testkit/otlp-receiver.js';

/** Two spans, one in the other, from a tracer taken before there is any SDK. */
export const twoSpans = `
  const early = trace.getTracer('application');
  export const spans = () => early.startActiveSpan('outer', (outer) => {
    trace.getTracer('other').startSpan('inner').end();
    outer.end();
  });
`;

const applications = {
  'spans.mjs': `import { trace } from '@opentelemetry/api';\n${twoSpans}`,
  'esm.mjs': "import { spans } from './spans.mjs'; spans(); console.log('done');",
  'commonjs.cjs': `
    const { trace } = require('@opentelemetry/api');
    ${twoSpans.replace('export const spans', 'const spans')}
    spans();
    console.log('done');
  `,
} as const;

/** Two spans, a counter and a log record. */
export const allSignals = `
  import { metrics, trace } from '@opentelemetry/api';
  import { logs } from '@opentelemetry/api-logs';
  import { spans } from './spans.mjs';
  spans();
  metrics.getMeter('application').createCounter('orders').add(1);
  logs.getLogger('application').emit({ body: 'hello' });
`;

/** The end of an application: says that it is done, and when it ends how long that took. Its start does not count. */
export const tellingItsEnd = `
  console.log('done');
  const done = Date.now();
  process.on('exit', () => console.log(Date.now() - done));
`;

/** How long the end of an application that is {@link tellingItsEnd} was delayed, in ms. */
export function delayIn({ stdout }: ChildResult): number {
  const [, millis] = /^done\n(\d+)\n$/.exec(stdout) ?? assert.fail(stdout);
  return Number(millis);
}

export interface Exporting extends ChildResult {
  readonly receiver: OtlpReceiver;
}

/** Runs `files[main]`, whose telemetry the environment sends to a receiver. */
export async function runExporting(
  main: string,
  {
    files = {},
    answer = 200,
    protocol = 'http',
    ...run
  }: { files?: Readonly<Record<string, string>> } & OtlpReceiverOptions & Partial<ChildRun> = {},
): Promise<Exporting> {
  const { folder, remove } = applicationWith({ ...applications, ...files });
  usePackages(folder, '@opentelemetry');
  const receiver = await startOtlpReceiver({ answer, protocol });
  try {
    const env = { ...receiver.env, OTEL_NODE_RESOURCE_DETECTORS: 'none', ...run.env };
    const result = await runNode({ args: ['--import', register, main], ...run, cwd: folder, env });
    return { ...result, receiver };
  } finally {
    await receiver.close();
    remove();
  }
}

const LOST = /^opentelemetry-instrumentation-eventsource: 2 spans are lost, unsent when the process ended\. .*\n/m;

/**
 * What an application itself says on stderr that ends, perhaps, before its two spans are sent: what is lost is said in one line, and
 * where nothing is said, nothing is lost.
 */
export function ownStderr({ stderr, receiver }: Exporting): string {
  if (!LOST.test(stderr)) assert.equal(receiver.spans.length, 2, 'spans are lost in silence');
  return stderr.replace(LOST, '');
}
