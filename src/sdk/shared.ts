// SPDX-License-Identifier: Apache-2.0
// The SDK that the preload holds ready, as another copy of this package in the process finds it: one that is part of a bundle, where
// the API is, too. The preload cannot know of that copy of the API; whoever brings it says so.
import { context, metrics, ProxyTracer, propagation, trace } from '@opentelemetry/api';
import type { Api } from './api-copies.js';

const SDK = Symbol.for('opentelemetry-instrumentation-eventsource.sdk.1');

export interface SharedSdk {
  /** Ends the waiting, as the first span does. */
  wake(): void;
  /** From now on the first need of this copy of the API ends it, too. */
  join(api: Api): void;
}

interface Globals {
  [SDK]?: SharedSdk | undefined;
}

/** @returns takes it back */
export function offerSdk(sdk: SharedSdk): () => void {
  const globals = globalThis as Globals;
  Object.defineProperty(globals, SDK, { value: sdk, configurable: true, writable: true });
  return () => {
    globals[SDK] = undefined;
  };
}

/** Joins the SDK that waits, if any, with this package's copy of the API; gives what ends the waiting. */
export function joinWaitingSdk(): (() => void) | undefined {
  const sdk = (globalThis as Globals)[SDK];
  sdk?.join({ context, metrics, propagation, trace, ProxyTracer });
  return sdk?.wake;
}
