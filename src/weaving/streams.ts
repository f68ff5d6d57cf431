// SPDX-License-Identifier: Apache-2.0
// Functions from a stream to a stream (rxjs observables, of any copy of rxjs). What comes out comes in the context of whoever set
// the timer or settled the promise that the operators in between wait for: that of anybody who uses the same stream. Here what
// comes out while something is being delivered stays in the context of that delivery, and what comes out later begins a context of
// its own, and is linked to what it may have been made of. The streams are views of those of the library, which stay as they are.
import { isSpanContextValid, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import type { AnyFunction } from './functions.js';
import { context } from './global-api.js';
import type { JoinPoint } from './join-point.js';
import { likenessOf } from './likeness.js';
import { noteSources, rememberedUnder } from './origins.js';
import { callWithRoom } from './stack-limit.js';
import { type Chain, createChain, type Emergence, latestOf, type Source } from './stream-sources.js';

/** `original` with those of its arguments that make a stream of a stream connected. */
export function streamsWoven(original: AnyFunction, joinPoint: JoinPoint, indexes: readonly number[]): AnyFunction {
  return function (this: unknown, ...args) {
    for (const index of indexes) {
      const make = args[index];
      if (typeof make === 'function') args[index] = connected(make as AnyFunction, joinPoint);
    }
    return callWithRoom(1, original, this, args);
  };
}

function connected(make: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  const { connecting } = {
    connecting(this: unknown, ...args: unknown[]): unknown {
      const flow = createFlow(joinPoint);
      const views = args.map((given) => givenView(given, flow));
      return viewOf(Reflect.apply(make, this, views), flow.outOf);
    },
  };
  try {
    return likenessOf(make, connecting);
  } catch {
    // A proxy with traps that throw.
    return make;
  }
}

/** Delivers a value of a stream, doing something before and after. */
type Pass = (value: unknown, deliver: () => void) => void;

interface Flow {
  /** Values that go into a chain of so many operators, and how they come out of each. */
  readonly into: (operators: number) => { readonly enter: Pass; readonly after: readonly Pass[] };
  readonly outOf: Pass;
}

/** A saga may go through the stream anew for each event: those chains that were given something last are remembered. */
const MOST_CHAINS = 32;

function createFlow(joinPoint: JoinPoint): Flow {
  const chains = new Set<Chain>();
  let number = 0;
  let latest: Source | undefined;
  /** What is being given at the moment, and to which chain. */
  let delivering: { readonly source: Source; readonly chain: Chain } | undefined;
  let emerging: Emergence | undefined;

  return {
    into(operators) {
      const chain = createChain(operators);
      const enter: Pass = (value, deliver) => {
        if (!isTraced(joinPoint)) {
          deliver();
          return;
        }
        const outer = [delivering, emerging] as const;
        latest = { span: spanOf(value), number: number++ };
        [delivering, emerging] = [{ source: latest, chain }, undefined];
        use(chain);
        try {
          chain.enter(value, latest, deliver);
        } finally {
          [delivering, emerging] = outer;
        }
      };
      const after = Array.from({ length: operators }, (_, operator): Pass => {
        return (value, deliver) => {
          if (!isTraced(joinPoint)) {
            deliver();
            return;
          }
          const outer = emerging;
          emerging = chain.leave(operator, value, delivering?.source, outer);
          try {
            chain.next(operator, deliver);
          } finally {
            emerging = outer;
          }
        };
      });
      return { enter, after };
    },
    outOf(value, deliver) {
      // A stream that was given nothing is made of something else, in a context that is its own affair.
      const isLater = delivering === undefined && latest !== undefined && isTraced(joinPoint);
      const forget = isLater ? noteSources(value, spansOf(sourcesNow())) : () => {};
      (emerging ?? delivering)?.chain.end();
      const made = delivering?.source ?? emerging?.source;
      try {
        if (isLater) context.with(ROOT_CONTEXT, deliver);
        else deliver();
      } finally {
        forget();
        if (made !== undefined) for (const chain of chains) chain.forget(made);
      }
    },
  };

  function use(chain: Chain): void {
    chains.delete(chain);
    chains.add(chain);
    const [oldest] = chains;
    if (chains.size > MOST_CHAINS && oldest !== undefined) chains.delete(oldest);
  }

  function sourcesNow(): Source[] {
    const held = [...chains].flatMap((chain) => chain.sources(chain === emerging?.chain ? emerging.from : 0));
    const sources = latestOf(emerging?.source === undefined ? held : [...held, emerging.source]);
    return sources.length > 0 || latest === undefined ? sources : [latest];
  }
}

function isTraced({ runtime, family, off }: JoinPoint): boolean {
  const { providers, settings } = runtime;
  return providers.enabled && !off && runtime.tracer() !== undefined && settings.family(family) !== 'off';
}

/** Of where a value was remembered, else of where it is delivered. */
function spanOf(value: unknown): SpanContext | undefined {
  const span = trace.getSpanContext(rememberedUnder(value) ?? context.active());
  return span !== undefined && isSpanContextValid(span) ? span : undefined;
}

function spansOf(sources: readonly Source[]): SpanContext[] {
  return sources.flatMap(({ span }) => span ?? []);
}

interface Stream {
  subscribe(this: unknown, ...args: unknown[]): unknown;
  pipe(this: unknown, ...args: unknown[]): unknown;
}

/** The stream that is given: it sees what goes into the operators of a chain, and what comes out of each. */
function givenView(stream: unknown, flow: Flow): unknown {
  const view = viewOf(stream, flow.into(0).enter);
  if (view === stream || typeof (stream as Stream).pipe !== 'function') return view;
  const { pipe } = {
    pipe(this: unknown, ...operators: unknown[]): unknown {
      if (operators.length === 0 || !operators.every((operator) => typeof operator === 'function')) {
        return Reflect.apply((stream as Stream).pipe, this, operators);
      }
      const { enter, after } = flow.into(operators.length);
      return operators.reduce<unknown>(
        (at, operator, index) => viewOf((operator as (at: unknown) => unknown)(at), after[index] as Pass),
        viewOf(stream, enter),
      );
    },
  };
  Object.defineProperty(view, 'pipe', { value: pipe, writable: true, configurable: true });
  return view;
}

function viewOf(stream: unknown, pass: Pass): unknown {
  if (!isStream(stream)) return stream;
  const { subscribe } = {
    subscribe(observer: unknown, ...others: unknown[]): unknown {
      return Reflect.apply(stream.subscribe, stream, [observed(observer, pass), ...others]);
    },
  };
  return Object.create(stream, { subscribe: { value: subscribe, writable: true, configurable: true } });
}

function isStream(value: unknown): value is Stream {
  try {
    return typeof value === 'object' && value !== null && typeof (value as Stream).subscribe === 'function';
  } catch {
    return false;
  }
}

type Next = (this: unknown, value: unknown) => void;

/** A function, an object with some of `next`, `error` and `complete`, or a subscriber, which is one observer of one stream. */
function observed(observer: unknown, pass: Pass): unknown {
  if (typeof observer === 'function') return (value: unknown) => pass(value, () => (observer as Next)(value));
  if (typeof observer !== 'object' || observer === null) return observer;
  const to = observer as Partial<Record<'next' | 'error' | 'complete' | 'unsubscribe', Next>>;
  const { next } = to;
  if (typeof next !== 'function') return observer;
  const passing: Next = function (value) {
    pass(value, () => void Reflect.apply(next, this, [value]));
  };
  // The operators of rxjs make a subscriber for each subscription, and unsubscribe that one.
  const isSubscriber = typeof to.unsubscribe === 'function';
  if (isSubscriber && Reflect.defineProperty(to, 'next', { value: passing, writable: true, configurable: true }))
    return to;
  return {
    next: (value: unknown) => Reflect.apply(passing, to, [value]),
    ...(typeof to.error === 'function' ? { error: (error: unknown) => to.error?.(error) } : {}),
    ...(typeof to.complete === 'function' ? { complete: () => to.complete?.(undefined) } : {}),
  };
}
