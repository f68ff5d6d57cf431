// SPDX-License-Identifier: Apache-2.0
// What has been said in this process, for all copies of this package. CommonJS, and without the API, since the preload must be able to
// speak where there is neither that nor a `require` for ES modules.

// Not by `require` where it can be asked for otherwise: a bundle of ES modules has none. Before 20.16 nothing of ours is bundled.
const workers: typeof import('node:worker_threads') =
  process.getBuiltinModule?.('node:worker_threads') ?? require('node:worker_threads');

/** Workers are born with a copy of it, and run the preload too. */
const SAID = 'opentelemetry-instrumentation-eventsource.said';

/** Whether a message was not said before; from now on it was. */
function isNews(message: string): boolean {
  const said = (workers.getEnvironmentData(SAID) ?? []) as unknown as readonly string[];
  if (said.includes(message)) return false;
  workers.setEnvironmentData(SAID, [...said, message]);
  return true;
}

export = { isNews };
