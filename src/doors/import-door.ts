// SPDX-License-Identifier: Apache-2.0
import * as module from 'node:module';
import { appendHandOver, type LoadHookData } from './load-hook.js';

/** Takes a file of a target package and what it exports. */
export type Receive = (url: string, exports: unknown) => void;

interface SyncHooks {
  load(
    url: string,
    context: module.LoadHookContext,
    next: (url: string, context?: module.LoadHookContext) => module.LoadFnOutput,
  ): module.LoadFnOutput;
}
type RegisterHooks = (hooks: SyncHooks) => { deregister(): void };

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

/**
 * Whether `module.registerHooks` is sound: earlier versions refuse the empty source of CommonJS modules (craft P2).
 *
 * @param version as in `process.versions.node`
 */
export function hasSoundSyncHooks(version: string = process.versions.node): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major >= 26) return true;
  if (major === 25) return minor >= 1;
  if (major === 24) return minor > 11 || (minor === 11 && patch >= 1);
  return major === 22 && (minor > 22 || (minor === 22 && patch >= 3));
}

function registerLoadHook(data: LoadHookData): () => void {
  if (!hasSoundSyncHooks()) {
    module.register(new URL('./load-hook.js', import.meta.url), { data });
    return () => {};
  }
  const { registerHooks } = module as unknown as { registerHooks: RegisterHooks };
  const hooks = registerHooks({ load: (url, context, next) => appendHandOver(data, url, next(url, context)) });
  return () => hooks.deregister();
}

// One global per opened door, under the first free number: several copies of this package live side by side.
function publish(receive: Receive): string {
  let number = 1;
  while (Symbol.for(`${RECEIVER}.${number}`) in globalThis) number++;
  const receiver = `${RECEIVER}.${number}`;
  Object.defineProperty(globalThis, Symbol.for(receiver), { value: receive, configurable: true });
  return receiver;
}
