// SPDX-License-Identifier: Apache-2.0
// An application under the preload, with the packages of OpenTelemetry that the repository has.
import {
  applicationWith,
  type ChildResult,
  type ChildRun,
  register,
  runNode,
  usePackages,
} from '../../testkit/child.js';
import { type Receiver, startReceiver } from '../../testkit/receiver.js';

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

export interface Exporting extends ChildResult {
  readonly receiver: Receiver;
}

/** Runs `files[main]`, whose telemetry the environment sends to a receiver. */
export async function runExporting(
  main: string,
  {
    files = {},
    answer,
    ...run
  }: { files?: Readonly<Record<string, string>>; answer?: number | 'none' } & Partial<ChildRun> = {},
): Promise<Exporting> {
  const { folder, remove } = applicationWith({ ...applications, ...files });
  usePackages(folder, '@opentelemetry');
  const receiver = await startReceiver(answer);
  try {
    const env = { ...receiver.env, OTEL_NODE_RESOURCE_DETECTORS: 'none', ...run.env };
    const result = await runNode({ args: ['--import', register, main], ...run, cwd: folder, env });
    return { ...result, receiver };
  } finally {
    await receiver.close();
    remove();
  }
}
