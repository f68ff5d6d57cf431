// SPDX-License-Identifier: Apache-2.0
// For `--experimental-loader=opentelemetry-instrumentation-eventsource/hook.mjs`, as OpenTelemetry documents it for its own
// packages: the loader of the very import-in-the-middle that our @opentelemetry/instrumentation uses, since with two copies
// modules are wrapped for one and asked for from the other. The preload does not need it.
export * from '@opentelemetry/instrumentation/hook.mjs';
