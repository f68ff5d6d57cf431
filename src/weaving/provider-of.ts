// SPDX-License-Identifier: Apache-2.0
// One signal's provider, asked for at call time. Imports nothing of the API, so that it loads where that is not installed.
import { registered, registeredLoggerProvider } from './registered.js';

/** The provider of one signal. */
export interface ProviderOf<P extends object> {
  /** The one that is there now and does something; `undefined` when there is none, so that calls run bare. */
  current(): P | undefined;
  /** All that are there now and do something, by hand and global; wakes nobody. */
  present(): readonly P[];
  /** One given by hand; it outranks the global one, unless it is empty. */
  use(provider: P | undefined): void;
  /** Calls back whenever a provider may have taken the place of another; for what cannot wait for the next woven call. */
  watch(listener: () => void): void;
}

/**
 * @param signal that the API registers the global one under
 * @param wake makes providers where they wait for a need; says whether there may be one now
 * @param onRegistration calls back whenever a global one is registered
 */
export function providerOf<P extends object>(
  signal: Signal,
  globalOne: () => P | undefined,
  wake: () => boolean,
  onRegistration?: (listener: () => void) => void,
): ProviderOf<P> {
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  let given: P | undefined;
  let seen: P | undefined;
  let live: P | undefined;
  const providerNow = () => {
    const found = globalOne();
    // The API's proxy, of a copy that had nothing registered yet: it stays what it was after the next one has been registered.
    if (given === found) given = undefined;
    if (given !== undefined) {
      const own = behindProxy(given);
      if (!isNoop(own)) return own;
    }
    const provider = found === undefined ? undefined : behindProxy(found);
    if (provider !== seen) {
      seen = provider;
      live = provider === undefined || isNoop(provider) || !isRegistered(signal) ? undefined : provider;
    }
    return live;
  };
  return {
    current: () => providerNow() ?? (wake() ? providerNow() : undefined),
    present() {
      const found = [given, globalOne()].flatMap((provider) => (provider === undefined ? [] : [behindProxy(provider)]));
      return [...new Set(found)].filter((provider) => !isNoop(provider));
    },
    use(provider) {
      given = provider === globalOne() ? undefined : (provider ?? undefined);
      tell();
    },
    watch(listener) {
      if (listeners.length === 0) onRegistration?.(tell);
      listeners.push(listener);
    },
  };
}

interface Proxying<P> {
  getDelegate?(): P;
  /** The proxy of the logs API has no public way to its delegate. */
  _getDelegate?(): P;
}

/** A proxy of the API, ours or another copy's, stands before the provider that was registered, or before one that does nothing. */
function behindProxy<P extends object>(provider: P): P {
  const proxy = provider as Proxying<P>;
  if (proxy.getDelegate !== undefined) return proxy.getDelegate();
  return proxy._getDelegate === undefined ? provider : proxy._getDelegate();
}

export type Signal = 'trace' | 'metrics' | 'logs';

/**
 * Whether a global provider was registered, by whatever copy of the API. What the API gives otherwise is told by its class, but for
 * a minified bundle, where that has another name.
 */
export function isRegistered(signal: Signal): boolean {
  return (signal === 'logs' ? registeredLoggerProvider() : registered()[signal]) !== undefined;
}

/** By name, since each copy of the API has its own class. */
function isNoop(provider: object): boolean {
  const name: unknown = provider.constructor?.name;
  return name === 'NoopTracerProvider' || name === 'NoopMeterProvider' || name === 'NoopLoggerProvider';
}
