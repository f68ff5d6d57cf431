// SPDX-License-Identifier: Apache-2.0
// Which library a module is of, where nobody says so: the one whose tables find most in it. A single name says little, since
// libraries share some: `CommandHandler` is a factory in one and a decorator in another.
import { hasTarget } from '../weaving/classes.js';
import type { Library } from './library.js';

export function fittingLibrary(exports: object, libraries: readonly Library[]): Library | undefined {
  let best: { readonly library: Library; readonly found: number } | undefined;
  for (const library of libraries) {
    const { aspects } = library;
    const targets = aspects.filter((aspect) => hasTarget(exports, aspect, aspects)).map(({ target }) => target);
    const found = new Set(targets).size;
    if (found > (best?.found ?? 0)) best = { library, found };
  }
  return best?.library;
}
