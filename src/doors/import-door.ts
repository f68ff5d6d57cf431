// SPDX-License-Identifier: Apache-2.0
import { register } from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { ownFile, ownRequire } from '../own-require.js';
import { hooksThreadWouldFailOn } from './hooks-thread-preloads.js';
import { appendHandOver, type LoadHookData, type Told } from './load-hook.js';
import type { WatchedPackage } from './package-of.js';
import { hasSoundSyncHooks, registerHooks } from './sync-hooks.js';

/** Takes the URL of a file that has been evaluated, and accessors of its bindings, or the module if it is CommonJS. */
export type Receive = (url: string, exports: object | 0, module?: NodeJS.Module) => void;

const RECEIVER = 'opentelemetry-instrumentation-eventsource.door';

export interface ImportDoor {
  /** Hands over the modules of these packages, too. */
  watch(packages: readonly WatchedPackage[]): void;
  /** Has all told that the hooks know by now; what comes from their thread may still be on its way. */
  hear(): void;
}

/**
 * The door of `import` (and of `require` of ES modules where hooks are synchronous): a load hook of our own, which chains with
 * everybody's and shares nothing with import-in-the-middle, whose list of modules the last caller replaces for everybody.
 *
 * @param main URL of the file that is asked for beside the packages
 * @param onTold hears of each file of a watched name that is not handed over, and of the main file
 */
export function openImportDoor(receive: Receive, main: string | undefined, onTold: (told: Told) => void): ImportDoor {
  const base = { receiver: publish(receive), main };
  return hasSoundSyncHooks() ? onThisThread(base, onTold) : onHooksThread(base, onTold);
}

type Base = Pick<LoadHookData, 'receiver' | 'main'>;

function onThisThread(base: Base, onTold: (told: Told) => void): ImportDoor {
  const packages: WatchedPackage[] = [];
  const data: LoadHookData = { ...base, packages, port: { postMessage: onTold } };
  registerHooks({ load: (url, context, next) => appendHandOver(data, url, next(url, context)) });
  return { watch: (more) => void packages.push(...more), hear() {} };
}

function onHooksThread(base: Base, onTold: (told: Told) => void): ImportDoor {
  // A bundle has no file that the thread could load. Whether anything is missed there, others look.
  const hook = ownFile('./doors/load-hook.js');
  if (hook === undefined) return { watch() {}, hear() {} };
  const ports: MessagePort[] = [];
  const watch = (packages: readonly WatchedPackage[]) => {
    const preload = hooksThreadWouldFailOn();
    if (preload !== undefined) {
      throw new Error(
        `Node.js ${process.versions.node} cannot have module hooks and --require of the ES module ${preload}; ` +
          'preload it with --import',
      );
    }
    loadBuiltins();
    const { port1, port2 } = new MessageChannel();
    port1.on('message', onTold).unref();
    ports.push(port1);
    const data: LoadHookData = { ...base, packages, port: port2 };
    register(hook, { data, transferList: [port2] });
  };
  return { watch, hear: () => ports.forEach((port) => void hearAll(port, onTold)) };
}

function hearAll(port: MessagePort, onTold: (told: Told) => void): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
    onTold(next.message);
}

/** As ES modules, before there is a thread; afterwards they are in the cache. */
function loadBuiltins(): void {
  try {
    const { moduleLoadList = [] } = process as { readonly moduleLoadList?: readonly string[] };
    const isSeen = moduleLoadList.includes('NativeModule internal/modules/esm/hooks');
    ownRequire()('./doors/builtins.js');
    if (!isSeen) ownRequire()('./doors/builtin-net.js');
  } catch {
    // Where ES modules cannot be required, `require` meets none that is half loaded.
  }
}

// One global per copy of this package, under the first free number: several copies live side by side.
function publish(receive: Receive): string {
  let number = 1;
  while (Symbol.for(`${RECEIVER}.${number}`) in globalThis) number++;
  const receiver = `${RECEIVER}.${number}`;
  Object.defineProperty(globalThis, Symbol.for(receiver), { value: receive, configurable: true });
  return receiver;
}
