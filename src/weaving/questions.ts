// SPDX-License-Identifier: Apache-2.0
// What gauges must ask before they are read, which takes time and may fail: a position in a database. Whoever collects waits for
// the answers, but not for long; what is known from before holds then. A question of ours is no work of the application's: no
// instrumentation makes a span of it, and our own rows take no notice of it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { withoutTracing } from './call-frame.js';
import { context } from './global-api.js';

/** One question, which several gauges may have in common. It is a value: gauges that name the same one share its answers. */
export interface Question<T extends object = never> {
  /** For messages. */
  readonly name: string;
  /** An option that switches it off, by its name in the configuration. */
  readonly option?: string | undefined;
  /** Asks about an object, and keeps the answer; `undefined` when there is nothing to ask at the moment. May reject, and hang. */
  readonly ask: (object: T) => PromiseLike<unknown> | undefined;
}

export interface Questions {
  /**
   * Asks about objects, about each only if nothing is asked about it already. Never rejects.
   *
   * @returns resolves when all answers are there, or after a second; `undefined` when there is nothing to wait for
   */
  put(question: Question, objects: readonly object[]): Promise<void> | undefined;
}

/** A question that was put and has no answer yet. */
interface Pending {
  readonly settled: Promise<void>;
  /** Somebody has waited in vain for it: nobody does so again. */
  late: boolean;
}

/** How long a collection may take longer for what is asked; ms. */
const PATIENCE = 1000;

const asking = new AsyncLocalStorage<true>();
/** Questions are put in the asynchronous context of whoever loaded us, not inside a transaction that somebody collects in. */
const outside = AsyncLocalStorage.snapshot();
// Of the clock as it is now: an application in a test may stop it.
const { setTimeout, clearTimeout } = globalThis;

let silences = 0;

/** Nothing is asked until the returned function is called: at the end of a process a question could open a connection anew. */
export function askNothing(): () => void {
  silences += 1;
  return () => {
    silences -= 1;
  };
}

/** Whether the caller is at work on one of our own questions. */
export function isAsking(): boolean {
  return asking.getStore() === true;
}

/**
 * @param isOn whether the option of a question lets it be asked
 * @param report takes what is thrown, and that there is no answer in time
 * @param patience ms
 */
export function createQuestions(
  isOn: (question: Question) => boolean,
  report: (question: Question, fault: unknown) => void,
  patience = PATIENCE,
): Questions {
  const pending = new WeakMap<Question, WeakMap<object, Pending>>();
  return {
    put(question, objects) {
      if (silences > 0 || !isOn(question)) return undefined;
      const known = pending.get(question) ?? new WeakMap<object, Pending>();
      pending.set(question, known);
      const waited = objects.flatMap((object) => known.get(object) ?? begin(question, object, known) ?? []);
      const inTime = waited.filter(({ late }) => !late);
      return inTime.length === 0 ? undefined : whenSettled(question, inTime);
    },
  };

  function begin(question: Question, object: object, known: WeakMap<object, Pending>): Pending | undefined {
    const answered = askAbout(question, object);
    if (answered === undefined) return undefined;
    const end = () => void known.delete(object);
    const settled = answered.then(end, (fault: unknown) => {
      end();
      report(question, fault);
    });
    const begun: Pending = { settled: Promise.resolve(settled), late: false };
    known.set(object, begun);
    return begun;
  }

  function askAbout(question: Question, object: object): PromiseLike<unknown> | undefined {
    try {
      const ask = () => (question as Question<object>).ask(object);
      return outside(() => asking.run(true, () => context.with(withoutTracing(ROOT_CONTEXT), ask)));
    } catch (fault) {
      report(question, fault);
      return undefined;
    }
  }

  function whenSettled(question: Question, waited: readonly Pending[]): Promise<void> {
    return new Promise((resolve) => {
      // It holds the process: a last export waits for this collection.
      const timer = setTimeout(() => {
        for (const each of waited) each.late = true;
        report(question, new Error(`no answer within ${patience} ms; what was known before is told`));
        resolve();
      }, patience);
      Promise.all(waited.map(({ settled }) => settled)).then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
