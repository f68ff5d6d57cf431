// SPDX-License-Identifier: Apache-2.0
// One signal's provider, asked for at call time. Imports nothing, so that it loads where the API is not installed.

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

export interface Source<P> {
  /** The one that is registered, by whatever copy of the API. */
  readonly globalOne: () => P | undefined;
  /** What the API gives where none is registered: whoever hands that on means the global one. */
  readonly forWant?: () => P;
  /** Makes providers where they wait for a need; says whether there may be one now. */
  readonly wake?: () => boolean;
  /** Calls back whenever a global one is registered. */
  readonly onRegistration?: (listener: () => void) => void;
}

export function providerOf<P extends object>({ globalOne, forWant, wake, onRegistration }: Source<P>): ProviderOf<P> {
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  let given: P | undefined;
  let seen: P | undefined;
  let live: P | undefined;
  const providerNow = () => {
    const found = globalOne();
    // A proxy of the API that was given while nothing was registered: kept, it would outlive its registration.
    if (given === found) given = undefined;
    if (given !== undefined) {
      const own = behindProxy(given);
      if (!isNoop(own)) return own;
    }
    const provider = found === undefined ? undefined : behindProxy(found);
    if (provider !== seen) {
      seen = provider;
      live = provider === undefined || isNoop(provider) ? undefined : provider;
    }
    return live;
  };
  return {
    current: () => providerNow() ?? (wake?.() === true ? providerNow() : undefined),
    present() {
      const found = [given, globalOne()].flatMap((provider) => (provider === undefined ? [] : [behindProxy(provider)]));
      return [...new Set(found)].filter((provider) => !isNoop(provider));
    },
    use(provider) {
      const isGlobal = provider === globalOne() || provider === forWant?.();
      given = isGlobal ? undefined : (provider ?? undefined);
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

/** By name, since each copy of the API has its own class. */
function isNoop(provider: object): boolean {
  const name: unknown = provider.constructor?.name;
  return name === 'NoopTracerProvider' || name === 'NoopMeterProvider' || name === 'NoopLoggerProvider';
}
