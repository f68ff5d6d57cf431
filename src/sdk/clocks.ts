// SPDX-License-Identifier: Apache-2.0
// The timers and clocks of the process as they were when the preload loaded. A test that fakes them must neither find our
// timers and the SDK's on its clock, nor decide when telemetry is sent and what time it says.
import Module from 'node:module';
import { PACKAGE_NAME } from '../version.js';

const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, queueMicrotask } =
  globalThis;
const { performance } = globalThis;

/** What was captured. Fakes replace `performance.now` on the object itself, so this is another one. */
export const real = {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
  queueMicrotask,
  Date: globalThis.Date,
  performance: { now: performance.now.bind(performance), timeOrigin: performance.timeOrigin },
} as const;

type Place = readonly [holder: object, name: string, was: unknown, descriptor: PropertyDescriptor | undefined];

const places: readonly Place[] = [
  ...Object.keys(real).map((name) => placeOf(globalThis, name)),
  placeOf(performance, 'now'),
  placeOf(Object.getPrototypeOf(performance), 'now'),
  placeOf(process, 'nextTick'),
];

function placeOf(holder: object, name: string): Place {
  return [holder, name, Reflect.get(holder, name), Object.getOwnPropertyDescriptor(holder, name)];
}

/**
 * Puts what was captured in the place of any fakes.
 *
 * @returns puts the fakes back
 */
export function unfakeClocks(): () => void {
  const fakes = places
    .filter(([holder, name, was]) => Reflect.get(holder, name) !== was)
    .map(([holder, name]) => [holder, name, Object.getOwnPropertyDescriptor(holder, name)] as const);
  for (const [holder, name, , descriptor] of places) {
    if (fakes.some((fake) => fake[0] === holder && fake[1] === name)) put(holder, name, descriptor);
  }
  return () => {
    for (const [holder, name, descriptor] of fakes) put(holder, name, descriptor);
  };
}

function put(holder: object, name: string, descriptor: PropertyDescriptor | undefined): void {
  if (descriptor === undefined) Reflect.deleteProperty(holder, name);
  else Reflect.defineProperty(holder, name, descriptor);
}

/** Runs `work` as if nobody had faked a clock. */
export function withRealClocks<T>(work: () => T): T {
  const fakeAgain = unfakeClocks();
  try {
    return work();
  } finally {
    fakeAgain();
  }
}

/**
 * As the SDK gets them: its waits keep no process alive. It tries an export again for ten seconds, and an application that has
 * finished would have to wait for that; at the end of the process there is a flush, which has its own limit.
 */
const ofSdk = { ...real, setTimeout: Object.assign(unheldTimeout, setTimeout) };

function unheldTimeout(...args: Parameters<typeof setTimeout>): NodeJS.Timeout {
  return setTimeout(...args).unref();
}

const REAL = `${PACKAGE_NAME}.clocks`;
const PREFIX = `'use strict';const{${Object.keys(real).join()}}=globalThis[Symbol.for('${REAL}')];`;
const SDK_FILE = /[\\/]@opentelemetry[\\/](?!api[\\/])/;

interface Compiling {
  _compile(content: string, filename: string, ...rest: unknown[]): unknown;
}

/**
 * Loads the SDK with the captured timers and clocks in the scope of each of its modules: an export crosses many
 * asynchronous steps, and a test may fake the globals before any of them. What is loaded already stays as it is.
 */
export function requireWithRealClocks<T>(require: NodeJS.Require, path: string): T {
  Object.defineProperty(globalThis, Symbol.for(REAL), { value: ofSdk, configurable: true });
  const { prototype } = Module as unknown as { prototype: Compiling };
  const { _compile: compile } = prototype;
  const compiling = function (this: Compiling, content: string, filename: string, ...rest: unknown[]) {
    if (!SDK_FILE.test(filename)) return compile.call(this, content, filename, ...rest);
    try {
      return compile.call(this, PREFIX + content, filename, ...rest);
    } catch (error) {
      // A module with a variable of its own of such a name.
      if (error instanceof SyntaxError) return compile.call(this, content, filename, ...rest);
      throw error;
    }
  };
  prototype._compile = compiling;
  try {
    return withRealClocks(() => require(path));
  } finally {
    if (prototype._compile === compiling) prototype._compile = compile;
  }
}
