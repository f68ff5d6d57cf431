// SPDX-License-Identifier: Apache-2.0
// The API where a plain `require` finds it. In CommonJS an absent package can be caught at load, and bundlers understand it: they
// put the package in when they find it.
let api: typeof import('@opentelemetry/api') | undefined;
try {
  api = require('@opentelemetry/api');
} catch {
  // Not there, or kept out of a bundle of ES modules, which has no `require`.
}
export = api;
