// SPDX-License-Identifier: Apache-2.0
// The last export of a process whose event loop is empty. It may delay the end by a limited time and changes nothing else:
// `beforeExit` reaches its listeners as often as without us, and what they begin is waited for as Node does it.
import { askNothing } from '../weaving/questions.js';
import { real, unfakeClocks } from './clocks.js';
import { aroundEvent } from './emit.js';
import type { Flush } from './flush.js';
import { type Work, watchWork } from './work.js';

const GRACE_MILLIS = 20;

/**
 * The flush comes first, while nothing but it keeps the process alive, and `beforeExit` is held back. It gives the event loop
 * work, so Node emits `beforeExit` again; that one is let through. What listeners leave unsent is sent after them, and the
 * `beforeExit` which that brings is kept from them unless they gave the process work of their own.
 *
 * @param limitMillis how long all flushes after listeners may take
 * @returns takes the flush when there is one, which may be within a listener
 */
export function flushBeforeExit(limitMillis: number): (flush: Flush) => void {
  let flush: Flush | undefined;
  let sent = false;
  let hanging = false;
  let listeners: Work | undefined;
  let flushedAfter = false;
  let patience = limitMillis;
  let resort: NodeJS.Timeout | undefined;

  aroundEvent('beforeExit', (deliver) => {
    real.clearTimeout(resort);
    const theirs = listeners === undefined || listeners.seen || !flushedAfter;
    listeners?.end();
    listeners = undefined;
    flushedAfter = false;
    if (!theirs) return false;
    if (flush === undefined || sent || hanging) {
      sent = false;
      return letThrough(deliver);
    }
    hold(flush, deliver);
    return false;
  });
  return (given) => {
    // A gauge that asks a database for its last value could connect to it anew, and the process would wait for that.
    flush = (what) => {
      const askAgain = askNothing();
      return given(what).finally(askAgain);
    };
    flushAfter();
  };

  function hold(flush: Flush, deliver: () => boolean): void {
    // Nobody else runs meanwhile, so nobody misses a fake clock.
    const fakeAgain = unfakeClocks();
    // Metrics go once, after listeners where there are any.
    const last = patience <= 0 || process.listenerCount('beforeExit') === 0;
    flush(last ? 'everything' : 'spans and records').then((inTime) => {
      fakeAgain();
      sent = true;
      if (inTime) return real.setImmediate(() => {});
      hanging = true;
      return ifStillAlive(() => {
        const work = watchWork(deliver);
        ifStillAlive(() => endUnlessBusy(work));
      });
    });
  }

  function letThrough(deliver: () => boolean): boolean {
    if (hanging) return deliver();
    let heard = false;
    listeners = watchWork((work) => {
      listeners = work;
      heard = deliver();
    });
    if (heard) flushAfter();
    return heard;
  }

  /** What listeners of `beforeExit` leave unsent. */
  function flushAfter(): void {
    const work = listeners;
    if (work === undefined || flush === undefined || flushedAfter || patience <= 0) return;
    flushedAfter = true;
    const started = real.performance.now();
    flush().then((inTime) => {
      patience -= real.performance.now() - started;
      if (inTime) return;
      hanging = true;
      ifStillAlive(() => endUnlessBusy(work));
    });
  }

  /** Given up, an export lets the process end, but for what cannot be taken back: a name being looked up, the wait for a retry. */
  function ifStillAlive(act: () => void): void {
    resort = real.setTimeout(act, GRACE_MILLIS).unref();
  }
}

/** By force only where nothing but the export keeps the process alive: no listener has begun anything. */
function endUnlessBusy(work: Work): void {
  const busy = work.begun;
  work.end();
  if (!busy) process.exit();
}
