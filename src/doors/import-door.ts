// SPDX-License-Identifier: Apache-2.0
import { register } from 'node:module';
import { MessageChannel } from 'node:worker_threads';
import { ownFile } from '../own-require.js';
import { hooksThreadWouldFailOn } from './hooks-thread-preloads.js';
import { appendHandOver, type LeftAlone, type LoadHookData } from './load-hook.js';
import type { WatchedPackage } from './package-of.js';
import { hasSoundSyncHooks, registerHooks } from './sync-hooks.js';

/** Takes the URL of a file that has been evaluated, and accessors of its bindings, or the module if it is CommonJS. */
export type Receive = (url: string, exports: object | 0, module?: NodeJS.Module) => void;

const RECEIVER = 'opentelemetry-instrumentation-eventsource.door';

/** Hands over the modules of these packages, too. */
export type Watch = (packages: readonly WatchedPackage[]) => void;

/**
 * The door of `import` (and of `require` of ES modules where hooks are synchronous): a load hook of our own, which chains with
 * everybody's and shares nothing with import-in-the-middle, whose list of modules the last caller replaces for everybody.
 *
 * @param onLeftAlone hears of each file of a watched name that is not handed over
 */
export function openImportDoor(receive: Receive, onLeftAlone: (left: LeftAlone) => void): Watch {
  const receiver = publish(receive);
  return hasSoundSyncHooks() ? onThisThread(receiver, onLeftAlone) : onHooksThread(receiver, onLeftAlone);
}

function onThisThread(receiver: string, onLeftAlone: (left: LeftAlone) => void): Watch {
  const packages: WatchedPackage[] = [];
  const data: LoadHookData = { packages, receiver, port: { postMessage: onLeftAlone } };
  registerHooks({ load: (url, context, next) => appendHandOver(data, url, next(url, context)) });
  return (more) => packages.push(...more);
}

function onHooksThread(receiver: string, onLeftAlone: (left: LeftAlone) => void): Watch {
  // A bundle has no file that the thread could load. Whether anything is missed there, others look.
  const hook = ownFile('./doors/load-hook.js');
  if (hook === undefined) return () => {};
  return (packages) => {
    const preload = hooksThreadWouldFailOn();
    if (preload !== undefined) {
      throw new Error(
        `Node.js ${process.versions.node} cannot have module hooks and --require of the ES module ${preload}; ` +
          'preload it with --import',
      );
    }
    const { port1, port2 } = new MessageChannel();
    port1.on('message', onLeftAlone).unref();
    const data: LoadHookData = { packages, receiver, port: port2 };
    register(hook, { data, transferList: [port2] });
  };
}

// One global per copy of this package, under the first free number: several copies live side by side.
function publish(receive: Receive): string {
  let number = 1;
  while (Symbol.for(`${RECEIVER}.${number}`) in globalThis) number++;
  const receiver = `${RECEIVER}.${number}`;
  Object.defineProperty(globalThis, Symbol.for(receiver), { value: receive, configurable: true });
  return receiver;
}
