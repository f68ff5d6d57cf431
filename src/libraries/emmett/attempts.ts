// SPDX-License-Identifier: Apache-2.0
// How often a command was tried. Each attempt begins by loading its stream; the handler of the application may load others.
import type { Appended } from '../appended.js';

/** What a command is told of itself. */
export interface Handled extends Appended {
  readonly attempts?: number;
  /** Of its first load. */
  readonly load?: Load;
}

interface Load {
  /** The stream of the command. */
  readonly stream: unknown;
  /** The function that rebuilds its state. */
  readonly evolve: unknown;
  /** Whether it says what the stream is expected to be, as that of a command does. */
  readonly expects: boolean;
}

interface Options {
  readonly evolve?: unknown;
  readonly read?: object | undefined;
}

/**
 * `held` with a load added, where it is one by which an attempt of the command begins. The handler of the application may load the
 * same stream in the same way.
 */
export function attempted(held: Handled, stream: unknown, options: Options | undefined): Handled {
  const load: Load = {
    stream,
    evolve: options?.evolve,
    expects: options?.read !== undefined && 'expectedStreamVersion' in options.read,
  };
  const { attempts, load: first } = held;
  if (attempts === undefined) return { attempts: 1, load };
  const isOne = stream === first?.stream && load.evolve === first?.evolve && load.expects === first?.expects;
  return isOne ? { attempts: attempts + 1 } : {};
}

/** Attempts after the first one. */
export function retries({ attempts = 0 }: Handled): number | undefined {
  return attempts > 1 ? attempts - 1 : undefined;
}
