// SPDX-License-Identifier: Apache-2.0
// The seam between the preload and an SDK. An application that registers a provider of its own keeps it, whatever the
// environment says; so nothing is registered before telemetry is needed, and who asks the API for a provider until then finds
// none. At the first need of any signal (a span, a measurement, a log record) either the application's provider is there or we
// start one. By no timer: an application may take its time until it starts its own.
import { AsyncResource } from 'node:async_hooks';
import type { ProxyTracerProvider, TracerProvider } from '@opentelemetry/api';
import type { Environment } from '../settings.js';
import type { Exporting } from '../weaving/providers.js';
import { registeredLoggerProvider } from '../weaving/registered.js';
import { type Api, apiCopies } from './api-copies.js';
import { watchEarlyLogs } from './early-logs.js';
import { keepEarlyInstruments } from './early-metrics.js';
import { wrapEmit } from './emit.js';
import { flushBeforeExit } from './end-of-loop.js';
import type { Sending } from './flush.js';
import { delegateOf, isNoop, tracerProvider } from './providers.js';
import { offerSdk } from './shared.js';
import { startSdk } from './start.js';
import { watchCalls } from './watch-calls.js';

let wake: (() => void) | undefined;
let sending: Sending | undefined;

/** What is known of the exports of the SDK, once it has been started here. */
export function exportingOfSdk(): Exporting | undefined {
  return sending;
}

/** Whether an SDK waits for the first need of telemetry. Nothing that the API answers shows it. */
export function sdkPending(): boolean {
  return wake !== undefined;
}

/**
 * Ends the waiting, as the first span of the application does: for whoever needs a provider of any signal and finds none.
 * After it either the application's providers or ours are registered, or none will be. Does nothing when none waits.
 */
export function wakeSdk(): void {
  wake?.();
}

/**
 * Gives the application an SDK from its first span, measurement or log record on, if it has made no provider by then.
 * Prints nothing, registers nothing and loads no SDK before.
 *
 * @param env says what the SDK does
 * @param flushTimeoutMillis how long the end of the process may wait for the last export
 * @returns whether an SDK waits now
 */
export function armSdk(env: Environment, flushTimeoutMillis: number): boolean {
  if (sdkPending()) return true;
  const waiting: WaitingCopy[] = [];
  /** As one of these copies sees it: none of them reads what a still older one has registered. */
  const readable = () =>
    [...waiting.map(({ api }) => api.trace.getTracerProvider()), ...waiting.map(({ proxy }) => proxy)]
      .map(delegateOf)
      .find((each) => !isNoop(each) && !waiting.some(({ empty }) => each === empty));
  const copies = apiCopies();
  if (tracerProvider() !== undefined) return false;
  if (copies.some(({ trace }) => !isNoop(delegateOf(trace.getTracerProvider())))) return false;
  wrapEmit();
  const takeFlush = flushBeforeExit(flushTimeoutMillis);
  waiting.push(...watchCopies(copies));
  const withdraw = offerSdk({
    wake: wakeSdk,
    join(api) {
      if (sdkPending() && !waiting.some((each) => each.api.trace === api.trace)) waiting.push(...watchCopies([api]));
    },
  });
  // In the asynchronous context of the preload: what the SDK begins is not the work of the code that needs it first.
  const origin = new AsyncResource('SDK');
  const start = () => {
    sending = startSdk(env, flushTimeoutMillis);
    if (sending !== undefined) takeFlush(sending.flush);
  };
  wake = () => {
    wake = undefined;
    withdraw();
    for (const { disarm } of waiting) disarm();
    if (tracerProvider() === undefined && readable() === undefined) origin.runInAsyncScope(start);
    const provider = readable();
    for (const { proxy, empty, connect } of waiting) {
      // Each copy of the API has a proxy of its own, and only one of them was registered; tracers may be of any.
      if (provider !== undefined && delegateOf(proxy) === empty) delegate(proxy, provider);
      connect();
    }
  };
  return true;
}

/** A copy of the API while an SDK waits. */
interface WaitingCopy {
  readonly api: Api;
  readonly proxy: TracerProvider;
  /** What its proxy gives for want of a provider. */
  readonly empty: TracerProvider;
  disarm(): void;
  /** Gives what was made until now the providers that are there. */
  connect(): void;
}

/** Wakes the SDK at the first need of whoever uses these copies of the API, which nothing is registered with. */
function watchCopies(copies: readonly Api[]): WaitingCopy[] {
  const keptInstruments = keepEarlyInstruments(copies, wakeSdk);
  const earlyLogs = watchEarlyLogs(copies, () => {
    if (registeredLoggerProvider() === undefined) wakeSdk();
  });
  const connectSignals = [() => earlyLogs.connect(registeredLoggerProvider()), keptInstruments];
  return copies.map((api, index) => {
    const { propagation, ProxyTracer, trace } = api;
    const proxy = trace.getTracerProvider();
    const watched = [
      // All tracers that the API hands out until a provider is registered are of this class.
      watchCalls(ProxyTracer.prototype, 'startSpan', { before: wakeSdk }),
      watchCalls(ProxyTracer.prototype, 'startActiveSpan', { before: wakeSdk }),
      // The context of the first message or request is read before its span starts, and so may baggage be set: without a
      // propagator the parent would be lost, without a context manager the baggage.
      watchCalls(propagation, 'extract', { before: wakeSdk }),
      watchCalls(propagation, 'setBaggage', { before: wakeSdk }),
      ...(index === 0 ? [earlyLogs.disarm] : []),
    ];
    return {
      api,
      proxy,
      empty: delegateOf(proxy),
      disarm: () => watched.forEach((each) => void each()),
      connect: () => connectSignals.splice(0).forEach((each) => void each()),
    };
  });
}

function delegate(proxy: TracerProvider, provider: TracerProvider): void {
  (proxy as Partial<ProxyTracerProvider>).setDelegate?.(provider);
}
