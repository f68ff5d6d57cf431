// SPDX-License-Identifier: Apache-2.0
// The words of a table, and what each accepts. The compiler holds them and the types of `src/weaving` together: neither has a
// word that the other has not.
import type { Aspect, EndingWords, ReachWords, Row } from '../weaving/aspect.js';
import type { Gauge, LifeWords } from '../weaving/living.js';
import type { ContextWords, SendWords } from '../weaving/origins.js';
import type { Question } from '../weaving/questions.js';
import { type Instrument, type LogRecord, type Measurement, severities } from '../weaving/signals.js';
import type { BehindWords, ItemWords } from '../weaving/stream-words.js';
import {
  asyncFn,
  either,
  family,
  flag,
  fn,
  index,
  type Keyed,
  type Kind,
  matching,
  number,
  oneOf,
  option,
  text,
  textsOf,
  type WordsOf,
} from './kinds.js';

const constant = either(text, number, flag, {
  accepted: 'a list of these',
  is: (value) => Array.isArray(value) && value.every(isPlain),
});
type Given<T> = Exclude<T, undefined>;

const textOrFunction = either(text, fn);
const recipe: Kind = { keyed: either(constant, fn) };
const later: Kind = { later: (): Kind => row };

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Rows by name: a mistake in one costs that one. */
const rows: Keyed = {
  keyed: later,
  costs: 'The row',
  // The class of an object is asked for by this name, and is no method of it.
  keys: {
    accepted: 'the name of a method; what constructs has the word construct',
    is: (name) => name !== 'constructor',
  },
};

const instrument = {
  words: {
    kind: textsOf<Instrument['kind']>({ counter: true, 'up-down counter': true, histogram: true, gauge: true }),
    name: text,
    unit: text,
    description: text,
    question: text,
    buckets: { list: number },
  } satisfies WordsOf<Instrument>,
  needs: ['kind', 'name'],
};

const measurement = {
  words: {
    instrument,
    value: fn,
    attributes: recipe,
    on: textsOf<Given<Measurement['on']>>({ success: true, failure: true }),
    keptBy: text,
    outermost: flag,
  } satisfies WordsOf<Measurement>,
  needs: ['instrument'],
};

const logRecord = {
  words: {
    logger: text,
    severity: oneOf(...Object.keys(severities)),
    body: textOrFunction,
    attributes: recipe,
    on: textsOf<Given<LogRecord['on']>>({ begin: true, success: true, failure: true }),
    when: fn,
  } satisfies WordsOf<LogRecord>,
  needs: ['logger', 'severity', 'body'],
};

const question = {
  words: { name: text, option, ask: asyncFn } satisfies WordsOf<Question>,
  needs: ['name', 'ask'],
};

const gauge = {
  words: {
    instrument,
    observe: fn,
    asks: question,
    attributes: { list: text },
    afterwards: number,
  } satisfies WordsOf<Gauge>,
  needs: ['instrument', 'observe'],
};

const life = {
  words: {
    gauges: { list: gauge },
    begins: fn,
    ends: fn,
    during: fn,
    uses: fn,
    before: fn,
    after: fn,
    changes: fn,
  } satisfies WordsOf<LifeWords>,
  needs: ['gauges'],
};

const context = {
  words: {
    parent: fn,
    links: fn,
    inject: fn,
    pins: fn,
    remember: fn,
    marks: fn,
    sends: { words: { args: fn, optIn: option } satisfies WordsOf<SendWords>, needs: ['args'] },
  } satisfies WordsOf<ContextWords>,
};

const ending = {
  words: {
    outcome: fn,
    until: asyncFn,
    callback: textsOf<Given<EndingWords['callback']>>({ first: true, all: true }),
    supplies: index,
  } satisfies WordsOf<EndingWords>,
};

const items = {
  words: {
    each: later,
    behind: {
      words: {
        first: fn,
        until: text,
        again: text,
        stretch: later,
        most: number,
        longestMs: number,
        origins: fn,
      } satisfies WordsOf<BehindWords>,
      needs: ['first', 'until', 'again', 'stretch', 'most', 'longestMs', 'origins'],
    },
  } satisfies WordsOf<ItemWords>,
  needs: ['each'],
};

const reaches = {
  words: {
    handlers: {
      ...rows,
      keys: matching('the index of an argument, or a path from it like 0.routes.*.handle', /^\d+(?:\.[^.]+)*$/),
    },
    result: rows,
    makes: flag,
    returned: later,
    objects: {
      keyed: rows,
      keys: matching(
        'a path like args.0.store, result.prototype or self.handlers.*',
        /^(?:args\.\d+|result|self)(?:\.[^.]+)*$/,
      ),
    },
    streams: { list: index },
    items,
  } satisfies WordsOf<ReachWords>,
};

export const row: Kind = {
  words: {
    span: textOrFunction,
    kind: either({ accepted: 'a SpanKind, 0 to 4,', is: (value) => [0, 1, 2, 3, 4].includes(value as number) }, fn),
    late: fn,
    encloses: flag,
    family,
    when: fn,
    sampling: { keyed: constant },
    attributes: recipe,
    result: recipe,
    failure: recipe,
    settled: recipe,
    metrics: { list: measurement },
    logs: { list: logRecord },
    life,
    context,
    ending,
    hands: fn,
    handsFailed: flag,
    gives: textsOf<Given<Row['gives']>>({ iterator: true, stream: true, thenable: true }),
    reaches,
    apart: flag,
    timed: flag,
    via: text,
    optional: flag,
  } satisfies WordsOf<Row>,
};

export const aspect = {
  words: {
    target: text,
    baseOf: text,
    family,
    optIn: option,
    tracing: fn,
    measuring: fn,
    methods: rows,
    statics: rows,
    atOwner: flag,
    shape: { list: text },
    fields: rows,
    subclasses: rows,
    construct: row,
    call: row,
    component: text,
    unspanned: { keyed: text },
  } satisfies WordsOf<Aspect>,
  needs: ['target', 'family'],
  some: ['methods', 'statics', 'fields', 'subclasses', 'construct', 'call'] satisfies (keyof Aspect)[],
  named: 'target',
};
