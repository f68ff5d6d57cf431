// All that can be seen of functions and objects without calling them, as one line for each fact.

const flags = ({ writable, enumerable, configurable }) =>
  [writable && 'writable', enumerable && 'enumerable', configurable && 'configurable'].filter(Boolean).join(' ');

/** Facts of values by name, of what they have themselves, and of their prototypes. */
export function factsOf(values) {
  return Object.entries(values).flatMap(([name, value]) => [...ofValue(name, value), ...ofMembers(name, value)]);
}

function ofValue(path, value) {
  if (!isObject(value)) return [`${path} is ${typeof value}`];
  const facts = [
    `${path} is ${typeof value} ${Object.prototype.toString.call(value)}`,
    `${path} has ${keysOf(value).join(' ')}`,
    `${path} is below ${above(value).join(' ')}`,
    `${path} ${Object.isFrozen(value) ? 'is frozen' : Object.isSealed(value) ? 'is sealed' : Object.isExtensible(value) ? 'may grow' : 'may not grow'}`,
  ];
  if (typeof value !== 'function') return facts;
  return [
    ...facts,
    `${path} is called ${value.name}`,
    `${path} takes ${value.length}`,
    // What the function does cannot be read from a text that says how a woven one does it.
    `${path} reads as a ${/^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function'}`,
    `${path} ${constructs(value) ? 'constructs' : 'does not construct'}`,
  ];
}

/** In their order; in functions `prototype` stands elsewhere where they were written in sloppy mode. */
function keysOf(value) {
  const keys = Reflect.ownKeys(value).map(String);
  return typeof value === 'function' ? keys.sort() : keys;
}

function ofMembers(path, value) {
  if (!isObject(value)) return [];
  const facts = [];
  for (const key of Reflect.ownKeys(value)) {
    const { get, set, value: member, ...rest } = Object.getOwnPropertyDescriptor(value, key);
    const at = `${path}.${String(key)}`;
    facts.push(`${at} is ${[get && 'got', set && 'set', flags(rest)].filter(Boolean).join(' ')}`);
    if (get !== undefined || set !== undefined) continue;
    facts.push(...(typeof member === 'function' ? ofValue(at, member) : [`${at} is ${typeof member}`]));
    if (key === 'prototype' && isObject(member)) {
      facts.push(...ofValue(at, member), ...ofMembers(at, member));
      facts.push(`${at} is ${member.constructor === value ? '' : 'not '}of what it constructs`);
    }
  }
  return facts;
}

function above(value) {
  const names = [];
  for (let at = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    names.push(typeof at === 'function' ? `function ${at.name}` : (at.constructor?.name ?? typeof at));
  }
  return names;
}

function constructs(value) {
  try {
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
