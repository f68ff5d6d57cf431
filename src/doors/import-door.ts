// SPDX-License-Identifier: Apache-2.0
import { register } from 'node:module';
import { appendHandOver, type LoadHookData } from './load-hook.js';
import { hasSoundSyncHooks, registerHooks } from './sync-hooks.js';

/** Takes a file of a target package and what it exports; says whether it was new. */
export type Receive = (url: string, exports: unknown) => boolean;

const RECEIVER = 'opentelemetry-instrumentation-eventsource.door';

/**
 * The door of `import` (and of `require` of ES modules where hooks are synchronous): a load hook of our own, which chains with
 * everybody's and shares nothing with import-in-the-middle (craft §10.2, §10.3). Prototypes are woven in place, so exports need
 * no rebinding.
 *
 * @returns closes the door
 */
export function openImportDoor(moduleNames: readonly string[], receive: Receive): () => void {
  const receiver = publish(receive);
  const closeHook = registerLoadHook({ moduleNames, receiver });
  return () => {
    closeHook();
    Reflect.deleteProperty(globalThis, Symbol.for(receiver));
  };
}

function registerLoadHook(data: LoadHookData): () => void {
  if (hasSoundSyncHooks()) {
    return registerHooks({ load: (url, context, next) => appendHandOver(data, url, next(url, context)) });
  }
  // Runs in a thread of its own and cannot be taken back; without the receiver, what it appends does nothing.
  register(new URL('./load-hook.js', import.meta.url), { data });
  return () => {};
}

// One global per opened door, under the first free number: several copies of this package live side by side.
function publish(receive: Receive): string {
  let number = 1;
  while (Symbol.for(`${RECEIVER}.${number}`) in globalThis) number++;
  const receiver = `${RECEIVER}.${number}`;
  Object.defineProperty(globalThis, Symbol.for(receiver), { value: receive, configurable: true });
  return receiver;
}
