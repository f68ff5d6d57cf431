// SPDX-License-Identifier: Apache-2.0
// The seam between the preload and an SDK. An application that registers a provider of its own keeps it, whatever the
// environment says; so nothing is registered before telemetry is needed. Until then a deferred provider stands behind the
// API's proxies (`setDelegate` is public), and at the first span either the application's provider is there or we start one.
import { type ProxyTracerProvider, type TracerProvider, trace } from '@opentelemetry/api';
import type { Environment } from '../config.js';
import { warnOnce } from '../warn.js';
import { type Api, apiCopies } from './api-copies.js';
import { deferredProvider } from './deferred-provider.js';
import { asksForSdk, flushTimeout } from './environment.js';
import { startSdk } from './start.js';

let wake: (() => void) | undefined;

/** Whether an SDK waits for the first span. A provider that looks like one is then in place, and does what one does. */
export function sdkPending(): boolean {
  return wake !== undefined;
}

/**
 * Ends the waiting, as the first span does: for whoever needs a meter or logger provider before any span. After it either
 * the application's provider or ours is registered, or none will be.
 */
export function wakeSdk(): void {
  wake?.();
}

/**
 * Gives the application an SDK from its first span on, if the environment asks for one and the application has made no
 * provider by then. Prints nothing, registers nothing and loads no SDK before.
 *
 * @returns whether an SDK waits now
 */
export function armSdk(env: Environment): boolean {
  if (sdkPending() || !asksForSdk(env, warnOnce)) return sdkPending();
  const flushTimeoutMillis = flushTimeout(env, warnOnce);
  const copies = apiCopies().filter(({ trace }) => isEmpty(trace.getTracerProvider()));
  const proxies = copies.map(({ trace }) => trace.getTracerProvider() as ProxyTracerProvider);
  const disarmPropagation = copies.map(({ propagation }) => beforeFirstPropagation(propagation, wakeSdk));

  const deferred = deferredProvider(() => {
    wakeSdk();
    return registered();
  });
  const registered = () =>
    [trace.getTracerProvider(), ...proxies].find((provider) => {
      const delegate = delegateOf(provider);
      return delegate !== deferred && !isNoop(delegate);
    });
  wake = () => {
    wake = undefined;
    for (const disarm of disarmPropagation) disarm();
    if (registered() === undefined) startSdk(env, flushTimeoutMillis);
    for (const proxy of proxies) {
      // Back to none, as the API has it. The tracers handed out meanwhile go on looking for a provider.
      if (proxy.getDelegate() === deferred) proxy.setDelegate(undefined as unknown as TracerProvider);
    }
  };
  for (const proxy of proxies) proxy.setDelegate(deferred);
  return proxies.length > 0;
}

/**
 * The context of the first message or request is read before its span starts, and so may baggage be set: without a propagator
 * the parent would be lost, without a context manager the baggage.
 */
function beforeFirstPropagation(propagation: Api['propagation'], wakeUp: () => void): () => void {
  const disarm = [before(propagation, 'extract', wakeUp), before(propagation, 'setBaggage', wakeUp)];
  return () => {
    for (const each of disarm) each();
  };
}

function before(propagation: object, name: keyof Api['propagation'], wakeUp: () => void): () => void {
  const own = Object.getOwnPropertyDescriptor(propagation, name);
  const original: (...args: unknown[]) => unknown = Reflect.get(propagation, name);
  const woken = (...args: unknown[]) => {
    wakeUp();
    return Reflect.apply(original, propagation, args);
  };
  Reflect.set(propagation, name, woken);
  return () => {
    if (Reflect.get(propagation, name) !== woken) return;
    if (own === undefined) Reflect.deleteProperty(propagation, name);
    else Object.defineProperty(propagation, name, own);
  };
}

function isEmpty(provider: TracerProvider): boolean {
  return typeof (provider as Partial<ProxyTracerProvider>).setDelegate === 'function' && isNoop(delegateOf(provider));
}

function delegateOf(provider: TracerProvider): TracerProvider {
  return (provider as Partial<ProxyTracerProvider>).getDelegate?.() ?? provider;
}

/** By name, since another copy of the API has another class. */
function isNoop(provider: TracerProvider): boolean {
  return provider.constructor.name === 'NoopTracerProvider';
}
