// SPDX-License-Identifier: Apache-2.0
// Random classes, as data and as the text of a program: a failing one can be read.
import fc from 'fast-check';
import { type Made, mades, plainNames, type ValueName, valueNames } from './world.js';

export const methodNames = ['alpha', 'beta', 'gamma', 'delta', 'with space', 'toString', 'append'] as const;
export type MethodName = (typeof methodNames)[number];

const forms = [
  'method',
  'async',
  'generator',
  'async generator',
  'function',
  'arrow',
  'bound',
  'proxy',
  'tagged',
  'frozen function',
  'nameless',
  'enumerable',
  'field',
  'async field',
  'accessor',
  'static',
  'async static',
  'symbol',
] as const;
export type Form = (typeof forms)[number];

type Step =
  | { readonly does: 'private' | 'super' | 'self' | 'callback' | 'pipe' | 'sub-step' }
  | { readonly does: 'await'; readonly turns: number }
  | { readonly does: 'yield' | 'state'; readonly value: ValueName };

type End =
  | { readonly ends: 'return' | 'throw'; readonly value: ValueName }
  | { readonly ends: 'make'; readonly made: Made }
  | { readonly ends: 'this' | 'nothing' | 'delegate' };

export interface Method {
  readonly name: MethodName;
  readonly form: Form;
  readonly params: string;
  readonly steps: readonly Step[];
  readonly end: End;
}

export interface Level {
  readonly methods: readonly Method[];
  readonly constructs: 'no' | 'passes on' | 'returns another';
}

export interface RandomClass {
  readonly base: (typeof bases)[number];
  readonly levels: readonly Level[];
  readonly derived: Level;
  /** What the last constructor does with the object. */
  readonly shuts: 'no' | 'freeze' | 'seal' | 'preventExtensions';
  /** What is closed before anybody weaves. */
  readonly closes: readonly ('prototype' | 'class' | 'base')[];
  /** The export is a proxy of the class. */
  readonly proxied: boolean;
}

const bases = ['', 'Map', 'Array', 'Error', 'w.EventEmitter', 'Old'] as const;

const value = fc.constantFrom(...valueNames);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constantFrom('private', 'super', 'self', 'callback', 'pipe', 'sub-step') }),
  fc.record({ does: fc.constant('await'), turns: fc.nat(3) }),
  fc.record({ does: fc.constantFrom('yield', 'state'), value: fc.constantFrom(...plainNames) }),
);
const end: fc.Arbitrary<End> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ ends: fc.constantFrom('return', 'return', 'return', 'throw'), value }) },
  { weight: 2, arbitrary: fc.record({ ends: fc.constant('make'), made: fc.constantFrom(...mades) }) },
  { weight: 1, arbitrary: fc.record({ ends: fc.constantFrom('this', 'nothing', 'delegate') }) },
);
const method: fc.Arbitrary<Method> = fc.record({
  name: fc.constantFrom(...methodNames),
  form: fc.constantFrom('method', 'async', ...forms),
  params: fc.constantFrom('a', 'a, b', 'a, b = 1, ...rest', '...all', "a = w.note('default')"),
  steps: fc.array(step, { maxLength: 3 }),
  end,
});
const level: fc.Arbitrary<Level> = fc.record({
  methods: fc.array(method, { minLength: 1, maxLength: 3 }),
  constructs: fc.constantFrom('no', 'no', 'passes on', 'passes on', 'returns another'),
});

export const randomClass: fc.Arbitrary<RandomClass> = fc.record({
  base: fc.constantFrom('', '', ...bases),
  levels: fc.array(level, { minLength: 1, maxLength: 3 }),
  derived: level,
  shuts: fc.constantFrom('no', 'no', 'no', 'freeze', 'seal', 'preventExtensions'),
  closes: fc.subarray(['prototype', 'class', 'base'], { maxLength: 1 }),
  proxied: fc.boolean(),
});

const outside: ReadonlySet<Form> = new Set([
  'function',
  'arrow',
  'bound',
  'proxy',
  'tagged',
  'frozen function',
  'nameless',
  'enumerable',
]);

/**
 * The text of the body of a function of `w`, the world, that gives `{ Thing, derive, make }`: the class, a class that an application
 * derives from what it is given, and a function.
 */
export function sourceOf({ base, levels, derived, shuts, closes, proxied }: RandomClass): string {
  const last = `L${levels.length - 1}`;
  return [
    `'use strict';`,
    `function Old(a) { w.called('Old', undefined, arguments, new.target); this.old = a; }`,
    `Old.prototype.beta = function beta(a) { return w.note('old beta', a); };`,
    `w.name(Old, 'Old');`,
    ...levels.map((each, at) =>
      classText(`L${at}`, at === 0 ? base : `L${at - 1}`, each, at === levels.length - 1 ? shuts : 'no'),
    ),
    ...levels.slice(0, -1).map((_, at) => `w.name(L${at}, 'L${at}');`),
    `w.name(${last}, 'Thing');`,
    ...closes.map(
      (what) =>
        ({
          prototype: `Object.freeze(${last}.prototype);`,
          class: `Object.freeze(${last});`,
          base: 'Object.seal(L0.prototype);',
        })[what],
    ),
    `const Thing = ${proxied ? `w.name(new Proxy(${last}, {}), 'Thing')` : last};`,
    `const derive = (Base) => { ${classText('Derived', 'Base', derived, 'no')} return Derived; };`,
    `function make(a) { w.called('make', undefined, arguments, new.target); return ${proxied ? 'w.give("promise")' : 'w.make.factory()'}; }`,
    `return { Thing, derive, make, L0 };`,
  ].join('\n');
}

function classText(name: string, base: string, { methods, constructs }: Level, shuts: RandomClass['shuts']): string {
  const inside = methods.filter(({ form }) => !outside.has(form));
  const heritage = base === '' ? '' : ` extends ${base}`;
  return [
    `class ${name}${heritage} {`,
    `  #count = 0;`,
    `  static #made = 0;`,
    `  state;`,
    constructorText(name, base, constructs, shuts),
    ...inside.map((each) => `  ${insideText(name, each)}`),
    `  static made() { return w.note('made', ${name}.#made++); }`,
    `}`,
    ...methods.filter(({ form }) => outside.has(form)).map((each) => outsideText(name, each)),
  ].join('\n');
}

function constructorText(name: string, base: string, constructs: Level['constructs'], shuts: string): string {
  if (constructs === 'no' && shuts === 'no') return '';
  const up = base === '' ? '' : base === 'Array' ? 'super();' : 'super(...args);';
  const returned = constructs === 'returns another' ? ' if (args.length > 2) return w.make.factory();' : '';
  const shut = shuts === 'no' ? '' : ` if (new.target === ${name}) Object.${shuts}(this);`;
  return `  constructor(...args) { ${up} w.called('new ${name}', undefined, args, new.target);${returned}${shut} }`;
}

function insideText(level: string, method: Method): string {
  const { name, form, params } = method;
  const key = JSON.stringify(name);
  const body = bodyText(level, method);
  switch (form) {
    case 'async':
      return `async ${key}(${params}) ${body}`;
    case 'generator':
      return `*${key}(${params}) ${body}`;
    case 'async generator':
      return `async *${key}(${params}) ${body}`;
    case 'field':
      return `${key} = (${params}) => ${body}`;
    case 'async field':
      return `${key} = async (${params}) => ${body}`;
    case 'static':
      return `static ${key}(${params}) ${body}`;
    case 'async static':
      return `static async ${key}(${params}) ${body}`;
    case 'symbol':
      return `[Symbol.for(${key})](${params}) ${body}`;
    case 'accessor':
      return `get ${key}() { w.note('gets', this); return this.state; } set ${key}(a) { w.note('sets', a); this.state = a; }`;
    default:
      return `${key}(${params}) ${body}`;
  }
}

function outsideText(level: string, method: Method): string {
  const { name, form, params } = method;
  const body = bodyText(level, method);
  const written = `function ${/^\w+$/.test(name) ? name : ''}(${params}) ${body}`;
  const value =
    {
      bound: `(${written}).bind({ bound: true })`,
      arrow: `(${params}) => ${body}`,
      proxy: `new Proxy(${written}, {})`,
      tagged: `Object.assign(${written}, { tag: 1, [Symbol.for('tag')]: 2 })`,
      'frozen function': `Object.freeze(${written})`,
      nameless: `((f) => { delete f.name; return f; })(${written})`,
    }[form as string] ?? written;
  return `Object.defineProperty(${level}.prototype, ${JSON.stringify(name)}, { value: ${value}, writable: true, configurable: true, enumerable: ${form === 'enumerable'} });`;
}

function bodyText(level: string, { name, form, params, steps, end }: Method): string {
  const isArrow = form === 'arrow' || form.endsWith('field');
  const isAsync = form.startsWith('async');
  const yields = form.endsWith('generator');
  const isOutside = outside.has(form);
  const isStatic = form.endsWith('static');
  const first = params === '...all' ? 'all[0]' : 'a';
  const args = isArrow ? (params === '...all' ? 'all' : '[a]') : 'arguments';
  const self = form === 'arrow' ? 'undefined' : 'this';
  const target = isArrow ? 'undefined' : 'new.target';
  const wait = (call: string) => (isAsync ? `await ${call}` : `w.pass(${call})`);
  const later = methodNames.slice(methodNames.indexOf(name) + 1).filter((each) => each !== 'toString');
  const text = (step: Step): string => {
    switch (step.does) {
      case 'await':
        return isAsync ? `await w.tick(${step.turns});` : '';
      case 'yield':
        return yields ? `w.note('sent', yield w.give('${step.value}'));` : '';
      case 'state':
        return form === 'arrow' ? '' : `this.state = w.give('${step.value}');`;
      case 'private':
        return isOutside || isStatic ? '' : `w.note('count', this.#count++);`;
      case 'super': {
        const below = `super[${JSON.stringify(name)}]`;
        return isOutside
          ? ''
          : `w.note('super', ${wait(`(typeof ${below} === 'function' ? ${below}(${first}) : 'none')`)});`;
      }
      case 'self':
        return later.length === 0 || form === 'arrow'
          ? ''
          : `w.note('self', ${wait(`(typeof this?.[${JSON.stringify(later[0])}] === 'function' ? this[${JSON.stringify(later[0])}](${first}, 2) : 'none')`)});`;
      case 'callback':
        return `w.note('called back', ${wait(`(typeof ${first} === 'function' && ${first}.name === 'callback' ? ${first}(null, w.give('text'), 3) : ${first}?.onEvent?.(7))`)});`;
      case 'pipe':
        return `w.note('through', w.through(${first}));`;
      case 'sub-step':
        return `w.note('step', ${first}?.append?.('x'));`;
    }
  };
  const ending = (): string => {
    switch (end.ends) {
      case 'throw':
        return `throw w.give('${end.value}');`;
      case 'return':
        return `return w.give('${end.value}');`;
      case 'make':
        return `return w.make['${end.made}']();`;
      case 'this':
        return `return ${self};`;
      case 'delegate':
        return yields ? `return yield* [1, 2][Symbol.iterator]();` : 'return;';
      case 'nothing':
        return '';
    }
  };
  const called = `w.called(${JSON.stringify(`${level}.${name}`)}, ${self}, ${args}, ${target});`;
  // One call below each, or there would be as many as leaves of a tree.
  const isBelow = ({ does }: Step) => does === 'super' || does === 'self';
  const taken = steps.filter((step, at) => !isBelow(step) || steps.findIndex(isBelow) === at);
  const inside = `${taken.map(text).join(' ')} ${ending()}`;
  return yields ? `{ ${called} try { ${inside} } finally { w.note('finally'); } }` : `{ ${called} ${inside} }`;
}
