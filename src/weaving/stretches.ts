// SPDX-License-Identifier: Apache-2.0
// Stretches of old items of a stream: one span for many of them, bounded in number and in time, with links to where they came from.
import type { Context, Link, Span } from '@opentelemetry/api';
import { open } from './advice.js';
import { type CallFrame, contextOf } from './call-frame.js';
import { wishesFor } from './gates.js';
import { type JoinPoint, switchOff } from './join-point.js';
import { linksTo, MOST_LINKS } from './origins.js';
import type { ReadableLike } from './readables.js';
import { failed, succeeded } from './settlement.js';
import type { BehindWords } from './stream-words.js';
import { noteItem } from './streamed.js';

export interface Stretches {
  readonly isBehind: boolean;
  /** An item is about to be handled: in this context, if it is an old one. */
  contextFor(item: unknown): Context | undefined;
  /** The item has been handled, as far as it can be waited for. */
  handled(): void;
  /** There are no old items behind so many that wait. */
  caughtUp(waiting: number): void;
  fellBehind(): void;
  /** Nothing more comes. */
  end(failure?: { readonly error: unknown }): void;
}

interface Stretch {
  readonly frame: CallFrame;
  readonly timer: NodeJS.Timeout;
  /** Linked to already. */
  readonly linked: Set<string>;
  items: number;
}

// Of the clock as it is now: an application in a test may stop it.
const { setTimeout, clearTimeout } = globalThis;

export function createStretches(
  stream: ReadableLike,
  given: readonly unknown[],
  joinPoint: JoinPoint | undefined,
  words: BehindWords | undefined,
): Stretches {
  let isBehind = words !== undefined && beginsBehind(words);
  /** Old items that wait, once it is known that there are no more. */
  let left = Number.POSITIVE_INFINITY;
  let stretch: Stretch | undefined;
  /** Items that somebody has at hand. */
  let atHand = 0;

  return {
    get isBehind() {
      return isBehind;
    },
    contextFor(item) {
      atHand += 1;
      if (!isBehind || joinPoint === undefined || words === undefined) return undefined;
      stretch ??= begin(joinPoint, words.longestMs);
      if (stretch === undefined) return undefined;
      stretch.items += 1;
      noteItem(stretch.frame, item);
      link(stretch, joinPoint, words, item);
      return contextOf(stretch.frame);
    },
    handled() {
      atHand -= 1;
      left -= 1;
      if (isBehind && left <= 0) goLive();
      else if (stretch !== undefined && stretch.items >= (words?.most ?? 0)) end();
    },
    caughtUp(waiting) {
      left = waiting + atHand;
      if (left === 0) goLive();
    },
    fellBehind() {
      isBehind = true;
      left = Number.POSITIVE_INFINITY;
    },
    end,
  };

  function beginsBehind({ first }: BehindWords): boolean {
    try {
      return first(given);
    } catch (fault) {
      if (joinPoint !== undefined) switchOff(joinPoint, fault);
      return false;
    }
  }

  function goLive(): void {
    isBehind = false;
    end();
  }

  function begin(at: JoinPoint, longestMs: number): Stretch | undefined {
    const wishes = wishesFor(at);
    const frame = wishes === 0 ? undefined : open(at, wishes, stream, given);
    if (frame === undefined) return undefined;
    const timer = setTimeout(end, longestMs);
    timer.unref();
    return { frame, timer, linked: new Set(), items: 0 };
  }

  function end(failure?: { readonly error: unknown }): void {
    if (stretch === undefined) return;
    const { frame, timer } = stretch;
    stretch = undefined;
    clearTimeout(timer);
    if (!frame.pending) return;
    if (failure === undefined) succeeded(frame, undefined);
    else failed(frame, failure.error);
  }
}

function link({ frame, linked }: Stretch, joinPoint: JoinPoint, { origins }: BehindWords, item: unknown): void {
  const span: Span | undefined = frame.recording;
  if (span === undefined || linked.size >= MOST_LINKS) return;
  try {
    for (const to of linksTo(origins(item))) if (isNew(to)) span.addLink?.(to);
  } catch (fault) {
    switchOff(joinPoint, fault);
  }

  function isNew({ context }: Link): boolean {
    const known = linked.size;
    return linked.add(`${context.traceId}-${context.spanId}`).size > known;
  }
}
