// SPDX-License-Identifier: Apache-2.0
// What `register` starts once it knows that the API is installed.
import { engineOfProcess } from './engine.js';
import { EventSourceInstrumentation } from './instrumentation.js';
import { armSdk, wakeSdk } from './sdk/index.js';
import { readThroughOlderApi } from './sdk/older-api.js';

/** Weaves from now on, and gives the application an SDK if the environment asks for one and the application makes none. */
export function preload(): void {
  new EventSourceInstrumentation();
  readThroughOlderApi();
  if (armSdk(process.env)) engineOfProcess().providers.wake = wakeSdk;
}

/**
 * The same where ES modules cannot be required: whatever is required later on must be imported here, before the application.
 */
export async function preloadWithoutRequire(): Promise<void> {
  preload();
}
