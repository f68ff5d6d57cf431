// SPDX-License-Identifier: Apache-2.0
// Items of a readable stream that is given, as they are handled: by listeners of `data`, each in the context of its span, or in a
// loop, whose body runs in the context of the loop. The stream is the very object that the library gave, with its own listeners: only
// what it emits, and how it is iterated, is seen. Old items, of which there may be very many, are told together.
import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import type { Context } from '@opentelemetry/api';
import { callIn } from './activation.js';
import { open } from './advice.js';
import type { CallFrame } from './call-frame.js';
import type { AnyFunction } from './functions.js';
import { wishesFor } from './gates.js';
import { createJoinPoint, type JoinPoint } from './join-point.js';
import { reportLoops } from './loops.js';
import {
  answerEmissions,
  type Emission,
  failureIn,
  isEnd,
  isReadable,
  type ReadableLike,
  waitingIn,
} from './readables.js';
import { failed, succeeded } from './settlement.js';
import { callWithRoom } from './stack-limit.js';
import type { BehindWords, ItemWords } from './stream-words.js';
import { createStretches, type Stretches } from './stretches.js';
import { callTraced } from './traced-call.js';

/** `original` with the items of the stream that it gives woven. */
export function itemsWoven(
  original: AnyFunction,
  { runtime, label, family }: JoinPoint,
  { each, behind }: ItemWords,
): AnyFunction {
  const owner = { target: label, family };
  const itemPoint = createJoinPoint(runtime, owner, 'item', each);
  const stretchPoint = behind && createJoinPoint(runtime, owner, 'stretch', behind.stretch);
  const woven = new WeakSet<object>();
  return function (this: unknown, ...args) {
    const given = callWithRoom(1, original, this, args);
    if (isReadable(given) && !woven.has(given)) {
      woven.add(given);
      const stretches = createStretches(given, args, stretchPoint, behind);
      weaveListeners(given, args, itemPoint, stretches, behind);
      reportLoops(given, (item) => handleInLoop(itemPoint, given, args, stretches, item));
    }
    return given;
  };
}

function weaveListeners(
  stream: ReadableLike,
  given: readonly unknown[],
  joinPoint: JoinPoint,
  stretches: Stretches,
  behind: BehindWords | undefined,
): void {
  answerEmissions(stream, (emission) => {
    const { name, emit } = emission;
    if (name === 'data') return stream.listenerCount('data') === 0 ? emit() : deliver(emission);
    if (behind !== undefined && name === behind.until) stretches.caughtUp(waitingIn(stream));
    else if (behind !== undefined && name === behind.again) stretches.fellBehind();
    else if (isEnd(emission)) stretches.end(failureIn(emission));
    return emit();
  });

  /** As `emit` does, but each listener by itself. */
  function deliver({ args, emit, emitting }: Emission): unknown {
    const [, ...passed] = Array.from(args);
    const stretch = stretches.contextFor(passed[0]);
    const frameArgs = [passed[0], stretches.isBehind, ...given];
    const handle = (work: () => unknown): unknown =>
      inContext(stretch, () => {
        const wishes = wishesFor(joinPoint);
        return wishes === 0 ? work() : callTraced(joinPoint, wishes, work, stream, frameArgs);
      });
    try {
      // Somebody else's `emit` does more than call the listeners.
      if (emitting !== plainEmit || !isPlain(stream)) {
        let result: unknown;
        handle(() => {
          result = emit();
        });
        return result;
      }
      const listeners = stream.rawListeners('data') as readonly AnyFunction[];
      for (const listener of listeners) handle(() => callListener(listener, stream, passed));
      return listeners.length > 0;
    } finally {
      stretches.handled();
    }
  }
}

/**
 * The emitter takes no notice of a promise. That of an async function is nobody else's, so that it can be chained: where it is
 * rejected the process hears of it as before. Any other may be handled elsewhere, and is left alone.
 */
function callListener(listener: AnyFunction, stream: ReadableLike, passed: readonly unknown[]): unknown {
  const returned = callWithRoom(4, listener, stream, passed);
  return types.isAsyncFunction(listener) || types.isAsyncFunction(onceOf(listener)) ? returned : undefined;
}

/** The listener that is called once, by what stands for it. */
function onceOf(listener: AnyFunction): unknown {
  try {
    return (listener as { listener?: unknown }).listener;
  } catch {
    return undefined;
  }
}

const plainEmit: AnyFunction = EventEmitter.prototype.emit;

/** Whether `emit` calls the listeners and does nothing else: no domain, and rejections of listeners are not made its errors. */
function isPlain(stream: ReadableLike): boolean {
  const { domain } = stream as { domain?: unknown };
  if ((domain ?? undefined) !== undefined) return false;
  const captures = Object.getOwnPropertySymbols(stream).find(({ description }) => description === 'kCapture');
  return captures === undefined || Reflect.get(stream, captures) !== true;
}

function inContext(active: Context | undefined, work: () => unknown): unknown {
  return active === undefined ? work() : callIn(active, work, undefined, []);
}

/** @returns ends the handling; why, where an error was thrown into the loop */
function handleInLoop(
  joinPoint: JoinPoint,
  stream: ReadableLike,
  given: readonly unknown[],
  stretches: Stretches,
  item: unknown,
): (failure?: { readonly error: unknown }) => void {
  let frame: CallFrame | undefined;
  inContext(stretches.contextFor(item), () => {
    const wishes = wishesFor(joinPoint);
    if (wishes !== 0) frame = open(joinPoint, wishes, stream, [item, stretches.isBehind, ...given]);
  });
  return (failure) => {
    if (frame?.pending === true) {
      if (failure === undefined) succeeded(frame, undefined);
      else failed(frame, failure.error);
    }
    stretches.handled();
  };
}
