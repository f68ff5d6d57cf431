// SPDX-License-Identifier: Apache-2.0
// What that which comes out of a stream may have been made of. All operators are functions that nobody can look into, so it goes by
// what they let through: a value that comes out of an operator as it went in is known again. One that is not may have been made of
// anything that went in before; never is one left out for being unlikely.
import type { SpanContext } from '@opentelemetry/api';

/** Of what a stream was given, this much is remembered: the latest. */
const MOST_SOURCES = 32;

/** One value that a stream was given. */
export interface Source {
  readonly span: SpanContext | undefined;
  readonly number: number;
}

/** One operator in a chain of them; the last one stands for all that nobody sees. */
interface Stage {
  /** What went in and may be made something of. */
  readonly inside: Set<Source>;
  /** How often something came out. */
  emitted: number;
  /** Something came out as itself while it was delivered, later, or as something else. */
  letsThrough: boolean;
  delays: boolean;
  derives: boolean;
  /** Something went in, and nothing came out at once. */
  holds: boolean;
}

/** While something is coming out of an operator: what it was, and the first operator that it has yet to pass. */
export interface Emergence {
  readonly chain: Chain;
  readonly from: number;
  readonly source: Source | undefined;
}

export interface Chain {
  /** A value is given to the first operator; `deliver` gives it. */
  enter(value: unknown, source: Source, deliver: () => void): void;
  /** A value comes out of an operator. */
  leave(operator: number, value: unknown, delivering: Source | undefined, outer: Emergence | undefined): Emergence;
  /** What came out of that operator is given to the next one. */
  next(operator: number, deliver: () => void): void;
  /** Something came out of it all. */
  end(): void;
  /** What is inside, from this operator on. */
  sources(from: number): Source[];
  /** Something was made of it, and nothing else will be: no operator that gives at once what it is given has it any more. */
  forget(source: Source): void;
}

export function createChain(operators: number): Chain {
  const stages = Array.from({ length: operators + 1 }, newStage);
  const known = new WeakMap<object, Source>();
  const last = stages[operators] as Stage;

  function give(stage: Stage | undefined, deliver: () => void): void {
    const before = stage?.emitted;
    deliver();
    if (stage !== undefined && stage.emitted === before) stage.holds = true;
  }

  const chain: Chain = {
    enter(value, source, deliver) {
      if (typeof value === 'object' && value !== null) known.set(value, source);
      put(stages[0], source);
      give(stages[0], deliver);
    },
    leave(operator, value, delivering, outer) {
      const stage = stages[operator] as Stage;
      stage.emitted++;
      const source = known.get(value as object);
      if (source === undefined) {
        stage.derives = true;
        return outer?.chain === chain ? outer : { chain, from: 0, source };
      }
      if (source === delivering) stage.letsThrough = true;
      else stage.delays = true;
      stage.inside.delete(source);
      put(stages[operator + 1], source);
      const isPure = !stages.slice(0, operator + 1).some(({ derives }) => derives);
      return { chain, from: isPure ? operator + 1 : 0, source };
    },
    next: (operator, deliver) => give(stages[operator + 1], deliver),
    end: () => void last.emitted++,
    sources: (from) => stages.slice(from).flatMap((stage) => (isFilter(stage) ? [] : [...stage.inside])),
    forget(source) {
      // What was made of it may be held by a later operator.
      for (const stage of stages.toReversed()) {
        if (stage.holds && !isFilter(stage)) return;
        stage.inside.delete(source);
      }
    },
  };
  return chain;
}

/** The latest of what several chains hold. */
export function latestOf(sources: readonly Source[]): Source[] {
  return [...new Set(sources)].sort((one, other) => one.number - other.number).slice(-MOST_SOURCES);
}

function newStage(): Stage {
  return { inside: new Set(), emitted: 0, letsThrough: false, delays: false, derives: false, holds: false };
}

/** What did not come out of it at once is dropped. */
function isFilter({ letsThrough, delays, derives }: Stage): boolean {
  return letsThrough && !delays && !derives;
}

function put(stage: Stage | undefined, source: Source): void {
  if (stage === undefined) return;
  stage.inside.add(source);
  const [oldest] = stage.inside;
  if (stage.inside.size > MOST_SOURCES && oldest !== undefined) stage.inside.delete(oldest);
}
