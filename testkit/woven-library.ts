// SPDX-License-Identifier: Apache-2.0
// A library as tests need it: woven in this process by its tables, every span that starts and ends on record.
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Library } from '../src/libraries/library.js';
import { settingsFor } from '../src/library-settings.js';
import { weaveClasses } from '../src/weaving/classes.js';
import type { FamilyMode } from '../src/weaving/runtime-settings.js';
import { type Severity, severities } from '../src/weaving/signals.js';
import { type RecordedLogs, recordingLogs } from './signals.js';
import { testRuntime } from './telemetry.js';

export interface WovenLibrary {
  /** Spans that have ended, in that order. */
  readonly ended: () => readonly ReadableSpan[];
  /** Names of spans that have started and not ended. */
  readonly open: () => readonly string[];
  /**
   * Ended spans as trees, siblings in order of start: the last part of each name, and for a failure `!` with the class of each
   * exception: `save(append_events!OptimisticLockError)`.
   */
  readonly shape: () => string;
  /** Waits until no span is open; gives up after some seconds. */
  readonly quiet: () => Promise<void>;
  /** Forgets all spans and puts every family back to its default. */
  readonly reset: () => void;
  /** Log records from now on, at this severity and above, whatever their logger. */
  readonly recordLogs: (lowest: Severity) => RecordedLogs['records'];
  /** Switches a family for all objects. */
  readonly switchFamily: (family: string, mode: FamilyMode) => void;
  /** Takes it all away again: the process belongs to other tests too. */
  readonly stop: () => void;
}

const GIVE_UP_MS = 5000;

/**
 * Weaves the methods of its classes, under the settings that a user without options has. What replaces an export (a function, a
 * constructor, classes that an application derives) is left alone, since that cannot be undone: test it in a process of its own.
 *
 * @param modules exports of the library's modules, such as `import * as cartlib from 'cartlib'` gives them
 */
export function weaveLibrary(library: Library, ...modules: readonly object[]): WovenLibrary {
  const started: string[] = [];
  const running = new Map<string, string>();
  const ended: ReadableSpan[] = [];
  const record: SpanProcessor = {
    onStart(span) {
      started.push(idOf(span));
      running.set(idOf(span), span.name);
    },
    onEnd(span) {
      running.delete(idOf(span));
      ended.push(span);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [record] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const modes = new Map<string, FamilyMode>();
  const byDefault = settingsFor(library, undefined, false);
  const runtime = testRuntime({
    ...byDefault,
    family: (name) => modes.get(name) ?? byDefault.family(name),
  });
  const undos = modules.map((exports) => weaveClasses(runtime, library.aspects, exports).undo);
  return {
    ended: () => ended,
    open: () => [...running.values()],
    shape: () => shapeOf(ended.toSorted((a, b) => started.indexOf(idOf(a)) - started.indexOf(idOf(b)))),
    async quiet() {
      const deadline = Date.now() + GIVE_UP_MS;
      while (running.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 1));
    },
    reset() {
      started.length = 0;
      running.clear();
      ended.length = 0;
      modes.clear();
    },
    recordLogs(wanted) {
      // As a whole: the levels of a row are found out once for the settings that are in force.
      runtime.settings = { ...runtime.settings, severity: () => severities[wanted] };
      const { provider, records } = recordingLogs();
      runtime.providers.logs.use(provider);
      return records;
    },
    switchFamily: (name, mode) => void modes.set(name, mode),
    stop() {
      runtime.providers.enabled = false;
      for (const undo of undos.reverse()) undo();
      trace.disable();
      context.disable();
    },
  };
}

function shapeOf(spans: readonly ReadableSpan[]): string {
  const ids = new Set(spans.map(idOf));
  const parentOf = ({ parentSpanContext }: ReadableSpan) =>
    parentSpanContext && ids.has(parentSpanContext.spanId) ? parentSpanContext.spanId : undefined;
  const below = (parent: string | undefined): string =>
    spans
      .filter((span) => parentOf(span) === parent)
      .map((span) => {
        const children = below(idOf(span));
        return children === '' ? wordOf(span) : `${wordOf(span)}(${children})`;
      })
      .join(' ');
  return below(undefined);
}

function wordOf(span: ReadableSpan): string {
  const word = span.name.replace(/^.*\./, '');
  return span.status.code === SpanStatusCode.ERROR ? `${word}!${exceptionsOf(span).join('!')}` : word;
}

/** Class names of the exceptions recorded on a span. */
function exceptionsOf({ events }: ReadableSpan): string[] {
  return events
    .filter(({ name }) => name === 'exception')
    .map(({ attributes }) => String(attributes?.['exception.type']));
}

export function idOf(span: { spanContext(): { spanId: string } }): string {
  return span.spanContext().spanId;
}
