// SPDX-License-Identifier: Apache-2.0
// Spans on their way through an SDK: which end, which are handed to an exporter, and what becomes of that. The API shows nothing
// of it, so it is looked for in fields that SDK 2.x and 3.x have; where they are missing, less is known.
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { reasonOf, withoutCredentials } from '../../sdk/say.js';
import { PACKAGE_NAME } from '../../version.js';
import type { ExporterFacts, Failure, SpanFacts } from '../report.js';

/** Name of the tracer of the test span. */
export const TEST_SCOPE = `${PACKAGE_NAME}/doctor`;

/** What is used of a span that has ended. */
interface EndedSpan {
  readonly instrumentationScope?: { readonly name: string };
  /** Its name in SDK 1. */
  readonly instrumentationLibrary?: { readonly name: string };
}

interface ExportResult {
  readonly code: number;
  readonly error?: unknown;
}

type Export = (spans: readonly EndedSpan[], done: (result: ExportResult) => void) => void;

interface Exporter {
  export: Export;
}

interface Processor {
  onEnd(span: EndedSpan): void;
  readonly _exporter?: Exporter;
}

interface Multi extends Processor {
  readonly _spanProcessors?: readonly Processor[];
}

interface Provider {
  readonly _activeSpanProcessor?: Multi;
  readonly _delegate?: Provider;
  getDelegate?(): Provider;
  setDelegate?(provider: Provider): void;
}

interface Watched extends ExporterFacts {
  endpoint: string | undefined;
  sent: number;
  failed: number;
  page: boolean;
  failure: Failure | undefined;
  /** Called at each failure of a request. */
  onFailure: (() => void) | undefined;
}

export interface Spans {
  /** What is registered as the global one: the API puts a proxy there and tells that of the real one next. */
  watchGlobal(registered: object): void;
  watch(provider: object): void;
  readonly facts: SpanFacts;
  readonly exporters: readonly ExporterFacts[];
  /** Class names; `undefined` where they are not to be seen. */
  processorsOf(provider: object): readonly string[] | undefined;
  /**
   * Hands a span that {@link TEST_SCOPE} has ended to all exporters, past the processors. An answer is whether it was taken;
   * exporters try again what has failed, which is not waited for.
   */
  exportTest(): Promise<readonly boolean[]>;
}

export function watchSpans(): Spans {
  const seen = new WeakSet<object>();
  const exporting = new AsyncLocalStorage<Watched>();
  const exporters = new Map<Exporter, { readonly facts: Watched; readonly original: Export }>();
  const unsent = new Set<EndedSpan>();
  let [ours, others] = [0, 0];
  let test: EndedSpan | undefined;

  watchRequests(() => exporting.getStore());

  function watch(given: object): void {
    const provider = realProvider(given as Provider);
    const multi = provider._activeSpanProcessor;
    if (multi === undefined || seen.has(multi)) return;
    seen.add(multi);
    const { onEnd } = multi;
    multi.onEnd = function (this: Multi, span) {
      const scope = (span.instrumentationScope ?? span.instrumentationLibrary)?.name ?? '';
      if (scope === TEST_SCOPE) {
        test = span;
        return;
      }
      if (scope.startsWith(PACKAGE_NAME)) ours++;
      else others++;
      unsent.add(span);
      Reflect.apply(onEnd, this, [span]);
    };
    for (const { _exporter: exporter } of multi._spanProcessors ?? []) {
      if (exporter !== undefined && !seen.has(exporter)) watchExporter(exporter);
    }
  }

  function watchExporter(exporter: Exporter): void {
    seen.add(exporter);
    const { export: original } = exporter;
    const facts: Watched = {
      name: exporter.constructor.name,
      endpoint: undefined,
      sent: 0,
      failed: 0,
      page: false,
      failure: undefined,
      onFailure: undefined,
    };
    exporters.set(exporter, { facts, original });
    exporter.export = function (this: Exporter, spans, done) {
      for (const span of spans) unsent.delete(span);
      const settled = (result: ExportResult) => {
        settle(facts, spans.length, result);
        done(result);
      };
      exporting.run(facts, () => Reflect.apply(original, this, [spans, settled]));
    };
  }

  return {
    watchGlobal(registered) {
      const proxy = registered as Provider;
      const { setDelegate } = proxy;
      if (setDelegate === undefined) {
        watch(proxy);
        return;
      }
      proxy.setDelegate = function (this: Provider, provider) {
        watch(provider);
        Reflect.apply(setDelegate, this, [provider]);
      };
    },
    watch,
    get facts() {
      return { ours, others, unsent: unsent.size };
    },
    get exporters() {
      return [...exporters.values()].map(({ facts: { onFailure: _, ...facts } }) => facts);
    },
    processorsOf(provider) {
      const { _activeSpanProcessor: multi } = realProvider(provider as Provider);
      return multi?._spanProcessors?.map(shownProcessor);
    },
    exportTest() {
      const span = test;
      if (span === undefined) return Promise.resolve([]);
      const handed = [...exporters].map(
        ([exporter, { facts, original }]) =>
          new Promise<boolean>((resolve) => {
            facts.onFailure = () => resolve(false);
            const done = (result: ExportResult) => {
              settle(facts, 0, result);
              resolve(result.code === 0);
            };
            exporting.run(facts, () => Reflect.apply(original, exporter, [[span], done]));
          }),
      );
      return Promise.all(handed);
    },
  };
}

function realProvider(provider: Provider): Provider {
  const behind = provider.getDelegate?.();
  return behind === undefined || behind === provider ? provider : realProvider(behind);
}

function shownProcessor(processor: Processor): string {
  const { _exporter: exporter } = processor;
  return exporter === undefined
    ? processor.constructor.name
    : `${processor.constructor.name} → ${exporter.constructor.name}`;
}

function settle(facts: Watched, spans: number, { code, error }: ExportResult): void {
  if (code === 0) {
    facts.sent += spans;
    facts.failure = undefined;
    return;
  }
  facts.failed += spans;
  // A request has told more.
  facts.failure ??= failureOf(error);
}

function failureOf(error: unknown): Failure {
  const { code, httpErrorCode } = (error ?? {}) as { code?: unknown; httpErrorCode?: unknown };
  const status = typeof httpErrorCode === 'number' ? httpErrorCode : typeof code === 'number' ? code : undefined;
  return {
    message: reasonOf(error),
    code: typeof code === 'string' ? code : undefined,
    // Codes of gRPC are small numbers.
    status: status !== undefined && status >= 100 ? status : undefined,
  };
}

/** Exporters try again for ten seconds before they tell anything; their requests tell it at once. */
function watchRequests(exporterNow: () => Watched | undefined): void {
  subscribe('http.client.request.start', (message) => {
    const facts = exporterNow();
    if (facts === undefined) return;
    const { request } = message as { request: ClientRequest };
    const { protocol, host, path } = request;
    const port = /:(\d+)$/.exec(String(request.getHeader('host') ?? ''))?.[0] ?? '';
    facts.endpoint = withoutCredentials(`${protocol}//${host}${port}${path.replace(/\?.*$/, '')}`);
    request.once('response', ({ statusCode = 0, statusMessage = '', headers }: IncomingMessage) => {
      facts.page = /^text\/html\b/i.test(headers['content-type'] ?? '');
      const failed = statusCode >= 300;
      facts.failure = failed
        ? { message: `${statusCode} ${statusMessage}`.trim(), code: undefined, status: statusCode }
        : undefined;
      if (failed) facts.onFailure?.();
    });
    request.once('error', (error) => {
      facts.failure = failureOf(error);
      facts.onFailure?.();
    });
  });
}
