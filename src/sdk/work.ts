// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage, AsyncResource, createHook } from 'node:async_hooks';

/** These run without a turn of the event loop. */
const NO_TURN: ReadonlySet<string> = new Set(['PROMISE', 'TickObject', 'Microtask']);

export interface Work {
  /** Whether the event loop has called back into what `start` began: work that kept the process alive. */
  readonly seen: boolean;
  /** Whether there is anything of the kind that may still do so. */
  readonly begun: boolean;
  end(): void;
}

/** Watches what becomes of the work that `start` begins, thread pool included, of which Node says nothing. */
export function watchWork(start: (work: Work) => unknown): Work {
  const inside = new AsyncLocalStorage<true>();
  const begun = new Set<number>();
  const timers = new Map<number, NodeJS.Timeout>();
  let seen = false;
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (inside.getStore() !== true || NO_TURN.has(type)) return;
      if (type === 'Timeout') timers.set(id, resource as NodeJS.Timeout);
      // An application's own resources tell nothing of the loop.
      else if (!(resource instanceof AsyncResource)) begun.add(id);
    },
    before(id) {
      if (begun.has(id) || timers.get(id)?.hasRef() === true) seen = true;
    },
  });
  const work: Work = {
    get seen() {
      return seen;
    },
    get begun() {
      return begun.size > 0 || [...timers.values()].some((timer) => timer.hasRef());
    },
    end() {
      hook.disable();
      begun.clear();
      timers.clear();
    },
  };
  hook.enable();
  try {
    inside.run(true, start, work);
  } catch (error) {
    work.end();
    throw error;
  }
  return work;
}
