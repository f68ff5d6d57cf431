// SPDX-License-Identifier: Apache-2.0
// The API where it is installed. CommonJS, since there an absent package can be caught at load, and bundlers understand it: they
// put the package in when they find it.
let api: typeof import('@opentelemetry/api') | undefined;
try {
  api = require('@opentelemetry/api');
} catch {
  // Not installed: components do their work, and there is no telemetry of them.
}
export = api;
