// SPDX-License-Identifier: Apache-2.0
// How often a command was tried. Each attempt begins by loading its stream; the handler of the application may load others.
import type { Appended } from '../appended.js';

/** What a command is told of itself. */
export interface Handled extends Appended {
  readonly attempts?: number;
  /** The stream of the command and the function that rebuilds its state, of its first load. */
  readonly stream?: unknown;
  readonly evolve?: unknown;
}

/** `held` with a load added, where it is one by which an attempt of the command begins. */
export function attempted(held: Handled, stream: unknown, evolve: unknown): Handled | undefined {
  const { attempts } = held;
  if (attempts === undefined) return { attempts: 1, stream, evolve };
  return stream === held.stream && evolve === held.evolve ? { attempts: attempts + 1 } : undefined;
}

/** Attempts after the first one. */
export function retries({ attempts = 0 }: Handled): number | undefined {
  return attempts > 1 ? attempts - 1 : undefined;
}
