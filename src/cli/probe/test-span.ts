// SPDX-License-Identifier: Apache-2.0
// A span of our own, to see whether one would arrive. It wakes an SDK that waits for the first one.
import { createRequire } from 'node:module';
import type * as Api from '@opentelemetry/api';
import { destinationOf } from '../../sdk/environment.js';
import { reasonOf, shownAddress } from '../../sdk/say.js';
import { registered } from '../../weaving/registered.js';
import type { TestSpan } from '../report.js';
import { type Spans, TEST_SCOPE } from './spans.js';

export type Test = TestSpan;

/** So many traces are begun until one is sampled. */
const ATTEMPTS = 1000;
const CONNECT_MILLIS = 1000;

/** The copy of the API that we use, as CommonJS; none where it is not installed. */
export function ownApi(): typeof Api | undefined {
  try {
    return createRequire(import.meta.url)('@opentelemetry/api');
  } catch {
    return undefined;
  }
}

export async function sendTestSpan(spans: Spans, patienceMillis: number): Promise<Test> {
  const span = startTestSpan();
  if (span === undefined || isNoop(span)) return { state: 'not tried', traceId: undefined };
  const { traceId } = span.spanContext();
  if (!span.isRecording()) return { state: 'dropped', traceId: undefined };
  span.end();
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceMillis, undefined);
  });
  const answers = await Promise.race([spans.exportTest(), patience]);
  clearTimeout(timer);
  if (answers === undefined) return { state: 'no answer', traceId, unreachable: await unreachable() };
  if (answers.length === 0) return { state: 'not tried', traceId: undefined };
  return { state: answers.every(Boolean) ? 'sent' : 'failed', traceId };
}

/** gRPC tells nothing until it has tried for ten seconds. */
async function unreachable(): Promise<string | undefined> {
  const { endpoint } = destinationOf(process.env);
  // gRPC takes one without a scheme.
  const address = endpoint.includes('://') ? endpoint : `http://${endpoint}`;
  if (!URL.canParse(address)) return undefined;
  const { hostname, port, protocol } = new URL(address);
  const net = process.getBuiltinModule('node:net');
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const end = (reason: string | undefined) => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(CONNECT_MILLIS, () => end('no connection'));
    socket
      .once('connect', () => end(undefined))
      .once('error', (error) => end(`${shownAddress(endpoint)}: ${reasonOf(error)}`));
  });
}

/** The first that is sampled, or the last of them. */
export function startTestSpan(): Api.Span | undefined {
  const api = ownApi();
  if (api === undefined) return undefined;
  const tracer = (registered().trace ?? api.trace).getTracer(TEST_SCOPE);
  let span = tracer.startSpan('doctor', { root: true });
  for (let attempt = 1; attempt < ATTEMPTS && !span.isRecording() && !isNoop(span); attempt++) {
    span = tracer.startSpan('doctor', { root: true });
  }
  return span;
}

/** Nobody makes spans. One that is not sampled has an id. */
function isNoop(span: Api.Span): boolean {
  return /^0+$/.test(span.spanContext().traceId);
}
