// SPDX-License-Identifier: Apache-2.0
// The instrumentation scope (docs/decisions.md#one-instrumentation-scope). A test compares both with package.json.
export const PACKAGE_NAME = 'opentelemetry-instrumentation-eventsource';
export const PACKAGE_VERSION = '0.1.0';
