// SPDX-License-Identifier: Apache-2.0
// Start here: the vocabulary. A table is a list of aspects; an aspect names a class (or a function) and what happens at
// its join points. Tables are data: they hold no engine logic, and the engine holds no name of a component.
import type { Attributes, SpanKind } from '@opentelemetry/api';
import type { AnyCall, Call, Facts, Failure, Recipe } from './call.js';
import type { LifeWords } from './living.js';
import type { ContextWords } from './origins.js';
import type { LogRecord, Measurement } from './signals.js';
import type { ItemWords } from './stream-words.js';

export type { AnyCall, Call, Enclosing, Extracted, Facts, Failure, Maker, Recipe } from './call.js';

/** When the call is over, and whether it failed. */
export interface EndingWords<C = AnyCall> {
  /** Reads a failure out of the result of a call that does not throw: an operation that failed is an error, handled or not. */
  readonly outcome?: ((call: C) => Failure | undefined) | undefined;
  /**
   * Defers the end of the span past the return, until this settles (a delivery in the background). It must not be lazy, and its
   * rejection counts as handled from then on: give one that the application or the library handles as well.
   */
  readonly until?: ((call: C) => PromiseLike<Failure | undefined> | undefined) | undefined;
  /**
   * The call is over when it calls back: its last argument that is a function, with the error first. `call.result` is what comes
   * after the error, `all` of it as a list or the `first`. The callback runs in the context of the caller, not in that of the call
   * that has ended. Without a callback it ends when it has returned, or when its promise has settled, and `call.result` is that.
   */
  readonly callback?: 'first' | 'all' | undefined;
  /**
   * The index of the callback, where the library takes none for one that does nothing: a call that is given none is given that, and is
   * over when it is called.
   */
  readonly supplies?: number | undefined;
}

export type { ItemWords, Streamed } from './stream-words.js';

export type Handlers = Readonly<Record<number | `${number}.${string}`, Row>>;

/** What a row weaves through its call, whether or not the call itself is traced. */
export interface ReachWords {
  /**
   * Handlers among the arguments, by index, or by path where they stand in options: `'0.onError'`, `'0.routes.*.handle'` where
   * those are a list. Each is replaced by its woven twin; options are plain objects and are copied, never changed.
   */
  readonly handlers?: Handlers | undefined;
  /** The call is a factory: methods of the object it returns, woven on that object alone. */
  readonly result?: Rows | undefined;
  /** Rows of `result` find this call as `call.maker`. */
  readonly makes?: boolean | undefined;
  /** The call gives a function, or a promise of one: whoever made the call gets its woven twin. */
  readonly returned?: Row | undefined;
  /**
   * Methods of objects that the call is given or gives, or that the object has whose method is called, by path: `args.0.instance`,
   * `result.prototype`, `self.handlers.*` where those are a list. They are woven on the very object at the end of the path, where they
   * are its own as much as where it inherits them; never on a prototype above it. One that inherits what the same rows have woven
   * already is left as it is. Paths lead through accessors: name none that has effects.
   */
  readonly objects?: Readonly<Record<string, Rows>> | undefined;
  /**
   * Arguments, by index, that are functions from a stream to a stream (observables of rxjs), for operators that wait: what comes
   * out while something is being delivered stays in the context of that delivery; what comes out later gets a context of its own,
   * and the call that is made of it finds the spans of what the stream was given, at most the latest 32, as
   * `context: { links: ({ args }) => [{ sourcesOf: args[0] }] }`.
   */
  readonly streams?: readonly number[] | undefined;
  /** The call gives a readable stream of Node, whose items are handled by listeners of `data`, or in a loop. */
  readonly items?: ItemWords | undefined;
}

/** What happens at one join point. A row without `span` opens none: it may still carry context, hand up facts, measure. */
export interface Row<C = AnyCall> {
  readonly span?: string | ((call: C) => string) | undefined;
  /**
   * True: the span is made only if the call fails, and begins when the call began. What is called below is a child of the span above
   * until then. For what goes well so often that a span for each would help nobody; the enclosing call may tell when that is.
   */
  readonly late?: ((call: C) => boolean) | undefined;
  /** Without a span: calls below find this one as `call.enclosing`, and hand it facts, while there is a tracer. */
  readonly encloses?: boolean | undefined;
  readonly kind?: SpanKind | ((call: C) => SpanKind) | undefined;
  /** Switched with another family than that of its aspect, and so is what it reaches. */
  readonly family?: string | undefined;
  /** False: this call runs bare. */
  readonly when?: ((call: C) => boolean) | undefined;
  /** Constants that samplers may decide by; keep it to two or three, each costs even when unsampled. */
  readonly sampling?: Attributes | undefined;
  /** From `this` and the arguments; set after the sampler said yes. */
  readonly attributes?: Recipe<C> | undefined;
  /** Set when the call settled well. */
  readonly result?: Recipe<C> | undefined;
  /** Set when it failed. */
  readonly failure?: Recipe<C> | undefined;
  /** Set in both cases. */
  readonly settled?: Recipe<C> | undefined;
  /** Instruments, recorded once for each settled call while a meter provider is there. */
  readonly metrics?: readonly Measurement<C>[] | undefined;
  /**
   * Records, written once for each settled call while a logger provider is there and the level is wanted. A class without a method
   * that has only these is still the class meant.
   */
  readonly logs?: readonly LogRecord<C>[] | undefined;
  /** Objects that begin or end to be observed by gauges with this call. */
  readonly life?: LifeWords<C> | undefined;
  /** How the call is connected to other traces. */
  readonly context?: ContextWords<C> | undefined;
  readonly ending?: EndingWords<C> | undefined;
  /**
   * Facts for the enclosing call, which finds them in `call.facts`. Of several calls below it, the last to settle counts, key
   * by key; to count or collect, add to `held`, which is what the enclosing call holds by then. Not asked when the call threw.
   */
  readonly hands?: ((call: C, held: Facts) => Facts | undefined) | undefined;
  /** `hands` is asked also when the call threw; there is no `call.result` then. */
  readonly handsFailed?: boolean | undefined;
  /**
   * What the call gives where it is neither a value nor a plain promise. `iterator`, sync or async, or what is iterated: the span
   * lives from the first pull to the end or early close. `stream`: a readable stream of Node, however it is read, or one of those;
   * the span lives from the call to the end, an error or early close, and `call.facts` is {@link Streamed}. `thenable`: one that is no
   * plain promise and safe to observe, not lazy.
   */
  readonly gives?: 'iterator' | 'stream' | 'thenable' | undefined;
  readonly reaches?: ReachWords | undefined;
  /** Calls below it are consequences of it, no layers of what is above it: what counts outermost calls begins anew below it. */
  readonly apart?: boolean | undefined;
  /** An extractor of this row reads `call.elapsedMs`. */
  readonly timed?: boolean | undefined;
  /** For the generated documentation: the public call that leads here, when it is another one. */
  readonly via?: string | undefined;
  /** A class without this method is still the class meant. */
  readonly optional?: boolean | undefined;
}

export type Rows = Readonly<Record<string, Row>>;

/** The join points of one class, found by its export name and shape. */
export interface Aspect {
  /** Name of the export; that of the function where it is the default export, or all that a CommonJS module exports. */
  readonly target: string;
  /** The class is not exported: it is a base of this one, which is. */
  readonly baseOf?: string | undefined;
  /** Families are switched together: `auto` follows each object's own switch, `on` and `off` overrule it. */
  readonly family: string;
  /** An option that must be on for this aspect, by its name in the configuration: behaviour that is off unless asked for. */
  readonly optIn?: string | undefined;
  /** The object's own switch for spans. */
  readonly tracing?: ((self: never) => boolean) | undefined;
  /** The object's own switch for measurements; those do not follow the one for spans. */
  readonly measuring?: ((self: never) => boolean) | undefined;
  readonly methods?: Rows | undefined;
  /** Methods of the class itself; `call.self` is the class, or one that is derived from it. */
  readonly statics?: Rows | undefined;
  /**
   * Methods that the class inherits are woven where they are, so that it gets none of its own: only where the class above it is
   * known to be the library's, and nobody else's.
   */
  readonly atOwner?: boolean | undefined;
  /** Further members of the class by which it is told from another of its name; for those with hardly any rows. */
  readonly shape?: readonly string[] | undefined;
  /**
   * Methods that the constructor puts on the object itself (arrow functions). `call.self` is that object, also where the function
   * has been torn off it or passed on to another. Replaces the exported class by a stand-in.
   */
  readonly fields?: Rows | undefined;
  /** Weave subclasses that the application derives, when one is first constructed. Replaces the exported class by a stand-in. */
  readonly subclasses?: Rows | undefined;
  /**
   * The constructor itself as join point; of what it reaches, `handlers`. Replaces the exported class by a stand-in.
   */
  readonly construct?: Row | undefined;
  /** The export is a function, not a class; it is replaced by its twin. */
  readonly call?: Row | undefined;
  /** For the generated documentation: the component that this class implements, one of several that share their rows. */
  readonly component?: string | undefined;
  /** For the generated documentation: public methods without a span of their own, and why. */
  readonly unspanned?: Readonly<Record<string, string>> | undefined;
}

type Method = (...args: never[]) => unknown;
type ArgsOf<M> = M extends (...args: infer A) => unknown ? A : never;
type Settled<M> = M extends (...args: never[]) => infer R ? Awaited<R> : never;

/** Rows typed by the class they belong to: `call.self`, `call.args` and `call.result` are those of the method. */
export type RowsOf<T> = {
  readonly [M in keyof T as T[M] extends Method ? M : never]?: Row<Call<T, ArgsOf<T[M]>, Settled<T[M]>>>;
};

/** Declares the rows of a class under its type. The type argument is erased: nothing of the class is imported. */
export function rows<T>(table: RowsOf<T>): Rows {
  return table as Rows;
}
