// SPDX-License-Identifier: Apache-2.0
// The one engine of the process: a method is woven once, so whoever configures (instances of the instrumentation, `weave`)
// configures the same. The latest configuration holds.
import { diag } from '@opentelemetry/api';
import { tables } from './aspects/index.js';
import type { ResolvedConfig } from './config.js';
import * as names from './conventions/attributes.js';
import { attributeForms, conventionsInForce, errorKeys } from './conventions/stability.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from './version.js';
import { createRuntime, type FamilyMode, type Runtime, type RuntimeSettings } from './weaving/runtime.js';
import { type WeaveReport, weaveExports } from './weaving/weaver.js';

let runtime: Runtime | undefined;

/** The engine, under this configuration from now on. */
export function engineWith(config: ResolvedConfig): Runtime {
  const settings = settingsOf(config);
  runtime ??= createRuntime(settings);
  runtime.settings = settings;
  return runtime;
}

/** The engine, if anybody has configured it yet. */
export function currentEngine(): Runtime | undefined {
  return runtime;
}

/** Weaves what the tables name among a module's exports; what has another shape is left alone and named in one debug line. */
export function weaveTarget(engine: Runtime, exports: object, name: string): WeaveReport {
  const { report } = weaveExports(engine, tables, exports);
  const { methods, strangers } = report;
  if (strangers.length > 0) {
    diag.debug(`${PACKAGE_NAME}: ${name}: of another shape than the target's, left alone: ${strangers.join(', ')}`);
  } else if (Object.keys(methods).length === 0) {
    diag.debug(`${PACKAGE_NAME}: ${name}: exports nothing to weave, left alone`);
  }
  return report;
}

function settingsOf(config: ResolvedConfig): RuntimeSettings {
  const conventions = conventionsInForce(process.env.OTEL_SEMCONV_STABILITY_OPT_IN);
  const forms = attributeForms(conventions);
  const dropped = new Set([
    ...(config.captureTenant ? [] : [names.ATTR_TENANT_ID]),
    ...(config.captureActor ? [] : [names.ATTR_ACTOR_ID]),
  ]);
  const modes: Readonly<Record<string, FamilyMode>> = {
    ...config.families,
    'in-memory publish': config.inMemoryPublishSpan ? config.families.buses : 'off',
  };
  return {
    scope: { name: PACKAGE_NAME, version: PACKAGE_VERSION },
    attribute: (key) => (dropped.has(key) ? [] : forms(key)),
    errorKeys: errorKeys(conventions),
    family: (family) => modes[family] ?? 'auto',
  };
}
