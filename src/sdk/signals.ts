// SPDX-License-Identifier: Apache-2.0
// The last export of a process that is told to end. Whoever listens decides what a signal does; where nobody does, it still
// ends the process as it would have.
import { real } from './clocks.js';
import { aroundEvent } from './emit.js';
import type { Flush } from './flush.js';
import { hideListeners } from './hidden-listeners.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const satisfies readonly NodeJS.Signals[];

/**
 * Flushes on SIGTERM and SIGINT. Where nobody listens, the signal is raised again after that, so that the process dies of it
 * (143, 130); if it lives on all the same (the first process of a container does), the next signal finds us again.
 */
export function flushOnSignals(flush: Flush): void {
  const hide = hideListeners();
  for (const signal of SIGNALS) flushOnSignal(signal, flush, hide);
}

function flushOnSignal(
  signal: NodeJS.Signals,
  flush: Flush,
  hide: (listener: (...args: never[]) => unknown) => void,
): void {
  let raising = false;
  const heard = () => process.listenerCount(signal) > 0;

  const onSignal = (_: unknown, number?: number) => {
    // Without a number the application emits it itself; it wants nobody to die.
    if (heard() || number === undefined) return;
    raising = true;
    // A second signal finds no listener and ends the process at once.
    process.removeListener(signal, onSignal);
    flush().then(() => {
      process.kill(process.pid, signal);
      real.setImmediate(() => {
        raising = false;
        listenIfAlone();
      });
    });
  };
  // As long as others listen, ours is not there: it would be one more against the limit that Node warns of.
  const listenIfAlone = () => {
    process.removeListener(signal, onSignal);
    if (!raising && !heard()) process.on(signal, onSignal);
  };
  const onAdded = (event: string | symbol, listener: unknown) => {
    if (event !== signal || listener === onSignal) return;
    if (heard()) listenIfAlone();
    // Later, when theirs is in: without any listener Node would give the signal back to the system.
    else real.queueMicrotask(listenIfAlone);
  };
  const onRemoved = (event: string | symbol, listener: unknown) => {
    if (event === signal && listener !== onSignal) listenIfAlone();
  };
  for (const listener of [onSignal, onAdded, onRemoved]) hide(listener);

  listenIfAlone();
  process.on('newListener', onAdded);
  process.on('removeListener', onRemoved);
  aroundEvent(signal, (deliver) => {
    const theirs = heard();
    const delivered = deliver();
    if (theirs) void flush();
    return delivered;
  });
}
