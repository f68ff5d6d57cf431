// SPDX-License-Identifier: Apache-2.0
// The function that stands in for an original where a row is woven.
import type { AnyFunction } from './functions.js';
import { wishesFor } from './gates.js';
import type { JoinPoint } from './join-point.js';
import { closedLike, likenessOf } from './likeness.js';
import { callWithRoom, makeRoom, takeRoom } from './stack-limit.js';
import { callTraced } from './traced-call.js';
import { callBackTraced } from './traced-callback.js';
import { iterateTraced } from './traced-iterator.js';
import { streamTraced } from './traced-stream.js';

/**
 * The woven twin of a function.
 *
 * @param called what the twin calls: the original, or the original with what the row weaves through it
 */
export function twinOf(original: AnyFunction, joinPoint: JoinPoint, called: AnyFunction = original): AnyFunction {
  return closedLike(original, openTwinOf(original, joinPoint, called));
}

/** The twin, still extensible: whoever puts it in place may mark it for a moment. */
export function openTwinOf(original: AnyFunction, joinPoint: JoinPoint, called: AnyFunction = original): AnyFunction {
  return likenessOf(original, methodFor(joinPoint)(called, joinPoint));
}

/**
 * The twin of a method that a constructor has put on an object itself. The function knows its object whatever it is called on; so
 * does the row.
 */
export function openTwinOfField(
  original: AnyFunction,
  joinPoint: JoinPoint,
  called: AnyFunction,
  owner: object,
): AnyFunction {
  return likenessOf(original, fieldTwin(called, joinPoint, owner));
}

function methodFor({ row, keeps }: JoinPoint): typeof methodTwin {
  if (row.gives === 'iterator') return iteratingTwin;
  if (row.gives === 'stream') return streamingTwin;
  if (row.ending?.callback !== undefined) return callingBackTwin;
  if (keeps || (row.life?.begins ?? row.life?.ends) !== undefined) return keepingTwin;
  return (row.life?.before ?? row.life?.after ?? row.life?.changes) === undefined ? methodTwin : attendingTwin;
}

/** A concise method, as class methods are: not constructible and without `prototype`. */
function methodTwin(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  return {
    woven(this: unknown): unknown {
      const wishes = wishesFor(joinPoint);
      // biome-ignore-start lint/complexity/noArguments: passes on exactly what was passed, and without an SDK allocates nothing
      if (wishes !== 0) return callTraced(joinPoint, wishes, original, this, arguments);
      const limit = makeRoom(1);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        takeRoom(limit, 1);
      }
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.woven;
}

/**
 * Of a row that something is wanted of also without an SDK. It is written down apart, since V8 learns for all closures of one
 * function together: once it has seen one of them go on to `callTraced`, the others allocate their arguments even when idle.
 */
function keepingTwin(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  return {
    woven(this: unknown): unknown {
      const wishes = wishesFor(joinPoint);
      // biome-ignore-start lint/complexity/noArguments: as above
      if (wishes === 0) return callWithRoom(1, original, this, arguments);
      return callTraced(joinPoint, wishes, original, this, arguments);
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.woven;
}

/** Of a row that something is wanted of also without an SDK, but only while objects are observed; written down apart as well. */
function attendingTwin(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  return {
    woven(this: unknown): unknown {
      const wishes = wishesFor(joinPoint);
      // biome-ignore-start lint/complexity/noArguments: as above
      if (wishes !== 0) return callTraced(joinPoint, wishes, original, this, arguments);
      const limit = makeRoom(1);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        takeRoom(limit, 1);
      }
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.woven;
}

function iteratingTwin(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  return {
    woven(this: unknown): unknown {
      // biome-ignore-start lint/complexity/noArguments: as above
      if (wishesFor(joinPoint) !== 0) return iterateTraced(joinPoint, original, this, arguments);
      const limit = makeRoom(1);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        takeRoom(limit, 1);
      }
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.woven;
}

function callingBackTwin(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  return {
    woven(this: unknown): unknown {
      const wishes = wishesFor(joinPoint);
      // biome-ignore-start lint/complexity/noArguments: as above
      if (wishes === 0) return callWithRoom(1, original, this, arguments);
      return callBackTraced(joinPoint, wishes, original, this, arguments);
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.woven;
}

function streamingTwin(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  return {
    woven(this: unknown): unknown {
      const wishes = wishesFor(joinPoint);
      // biome-ignore-start lint/complexity/noArguments: as above
      if (wishes === 0) return callWithRoom(1, original, this, arguments);
      return streamTraced(joinPoint, wishes, original, this, arguments);
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.woven;
}

function fieldTwin(original: AnyFunction, joinPoint: JoinPoint, owner: object): AnyFunction {
  const { gives, ending } = joinPoint.row;
  const iterates = gives === 'iterator';
  const trace = gives === 'stream' ? streamTraced : ending?.callback === undefined ? callTraced : callBackTraced;
  return {
    woven(this: unknown): unknown {
      const wishes = wishesFor(joinPoint);
      // biome-ignore-start lint/complexity/noArguments: as above
      if (wishes === 0) return callWithRoom(1, original, this, arguments);
      const called = this === owner ? original : calledOn(this, original);
      if (iterates) return iterateTraced(joinPoint, called, owner, arguments);
      return trace(joinPoint, wishes, called, owner, arguments);
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.woven;
}

/** `original` as it is called, whatever its frame says of the receiver. */
function calledOn(self: unknown, original: AnyFunction): AnyFunction {
  return (...args) => callWithRoom(1, original, self, args);
}
