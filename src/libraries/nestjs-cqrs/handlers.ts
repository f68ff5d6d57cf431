// SPDX-License-Identifier: Apache-2.0
// Where a bus learns of a handler. The class comes first: what it has woven, its instances inherit, those that are made for each
// message as well, and nothing of theirs changes. What is no instance of such a class is woven itself.
import type { Rows } from '../../weaving/aspect.js';

/** `registerHandler` is given the class in version 10 and Nest's wrapper of it later; `bind` the instance and the wrapper. */
export function handlersOf(methods: Rows): Rows {
  return {
    registerHandler: { reaches: { objects: { 'args.0.prototype': methods, 'args.0.metatype.prototype': methods } } },
    bind: { reaches: { objects: { 'args.0': methods, 'args.0.instance': methods } } },
  };
}
