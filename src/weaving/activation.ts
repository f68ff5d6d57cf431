// SPDX-License-Identifier: Apache-2.0
// Making a context active around a call. `context.with` puts three frames and a bound function of its own between caller and
// callee; a stack trace has room for ten. A context manager that can attach a context needs none, and does the same. Where none is
// registered (an application that has metrics or logs alone, records on stderr without any SDK) calls find each other all the same.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from '@opentelemetry/api';
import { type CallFrame, frameOf } from './call-frame.js';
import type { AnyFunction } from './functions.js';
import { context } from './global-api.js';
import { registered } from './registered.js';
import { makeRoom, takeRoom } from './stack-limit.js';

/** What stands between, where the context manager can only run a function in a context. */
export const FRAMES_OF_WITH = 3;

/** Takes a context off again. */
export interface Attached {
  dispose(): void;
}

interface Attaching {
  attach(context: Context): Attached;
}

/** Contexts of woven calls while there is no context manager. Nobody else sees them: no span gets another parent by them. */
const unmanaged = new AsyncLocalStorage<Context | undefined>();

/** The innermost woven call that is under way. @param active the active context */
export function enclosingIn(active: Context): CallFrame | undefined {
  if (registered().context !== undefined) return frameOf(active);
  const inside = unmanaged.getStore();
  return inside === undefined ? undefined : frameOf(inside);
}

/** Only where somebody listens: the first use of a storage has its price for all promises of the process. */
function attachUnmanaged(inside: Context): Attached | undefined {
  const runtime = frameOf(inside)?.joinPoint.runtime;
  if (runtime === undefined || !(runtime.measures() || runtime.writesRecords())) return undefined;
  const before = unmanaged.getStore();
  unmanaged.enterWith(inside);
  return { dispose: () => unmanaged.enterWith(before) };
}

let seen: object | undefined;
let attaching: Attaching | undefined;

/**
 * Makes `context` active until the returned value is disposed of, which must happen before the caller returns. `undefined` where
 * the context manager that is registered now can only run a function in a context.
 */
export function attach(context: Context): Attached | undefined {
  const manager = registered().context;
  if (manager === undefined) return attachUnmanaged(context);
  if (manager !== seen) {
    seen = manager;
    attaching = canAttach(manager) ? manager : undefined;
  }
  try {
    return attaching?.attach(context);
  } catch {
    // It is experimental there; the other way is not.
    attaching = undefined;
    return undefined;
  }
}

/**
 * A subclass that overrides `with` has something to do whenever a context becomes active (Sentry forks its scopes there); what
 * it inherits as `attach` would pass that by.
 */
function canAttach(manager: object): manager is Attaching {
  const owner = ownerOf(manager, 'attach');
  return owner !== undefined && owner === ownerOf(manager, 'with');
}

function ownerOf(object: object, key: string): object | undefined {
  for (let owner: object | null = object; owner !== null; owner = Object.getPrototypeOf(owner)) {
    if (Object.hasOwn(owner, key)) return owner;
  }
  return undefined;
}

/**
 * Calls a function in a context, by whichever way the context manager has.
 *
 * @param above frames of ours above this one, for which there is room made as well
 */
export function callIn(
  active: Context,
  called: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
  above = 0,
): unknown {
  const attached = attach(active);
  const frames = above + (attached === undefined ? 1 + FRAMES_OF_WITH : 1);
  const limit = makeRoom(frames);
  try {
    return attached === undefined
      ? context.with(active, Reflect.apply, undefined, called, self, args)
      : Reflect.apply(called, self, args);
  } finally {
    takeRoom(limit, frames);
    attached?.dispose();
  }
}
