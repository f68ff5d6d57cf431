// SPDX-License-Identifier: Apache-2.0
// What the configuration means for one library: the names of attributes, and what is switched on.
import type { ResolvedConfig } from './config.js';
import * as names from './conventions/attributes.js';
import { attributeForms, conventionsInForce, errorKeys } from './conventions/stability.js';
import { diagnosisOf, familyNoted } from './ledger.js';
import type { options as ofEventsource } from './libraries/eventsource/families.js';
import type { Library } from './libraries/library.js';
import { severityFrom } from './log-levels.js';
import { logSink } from './log-sink/index.js';
import { ofTopLevel } from './options.js';
import { spanHooksFor } from './span-hooks.js';
import type { FamilyMode, RuntimeSettings } from './weaving/runtime-settings.js';

/** @param off the library is switched off as a whole */
export function settingsFor(
  { key, families, options: defaults }: Library,
  config: ResolvedConfig | undefined,
  off: boolean,
): RuntimeSettings {
  const conventions = conventionsInForce(config?.semconvStabilityOptIn ?? []);
  const forms = attributeForms(conventions);
  const dropped = new Set([
    ...(config?.captureTenant === false ? [names.ATTR_TENANT_ID] : []),
    ...(config?.captureActor === false ? [names.ATTR_ACTOR_ID] : []),
  ]);
  const given = config?.libraries[key];
  const modes = modesOf({ key, families }, config);
  const options: Readonly<Record<string, unknown>> = {
    __proto__: null,
    ...defaults,
    ...(key === ofTopLevel.key && config !== undefined ? besideAll(config) : {}),
    ...given?.options,
  };
  return {
    attribute: (name) => (dropped.has(name) ? [] : forms(name)),
    errorKeys: errorKeys(conventions),
    family: familyNoted(key, off || given?.enabled === false ? () => 'off' : (family) => modes[family] ?? 'auto'),
    option: (name) => options[name] === true,
    value: (name) => options[name],
    requiresParent: config?.requireParentSpan === true,
    cardinalityLimit: config?.cardinalityLimit,
    severity: severityFrom(config?.logLevels ?? {}),
    sink: logSink(config?.logSink ?? 'none'),
    hooks: spanHooksFor(key, config ?? {}),
    redact: config?.redactException,
    diagnosis: diagnosisOf(key),
  };
}

/** How the families of a library are switched. */
export function modesOf(
  { key, families }: Pick<Library, 'key' | 'families'>,
  config: ResolvedConfig | undefined,
): Readonly<Record<string, FamilyMode>> {
  return { ...families, ...config?.libraries[key]?.families };
}

/** Options of the one library whose options stand beside those of all. Another may have one of the same name. */
function besideAll({ inMemoryPublishSpan, queryStores, stalledAfterMillis }: ResolvedConfig) {
  return { inMemoryPublishSpan, queryStores, stalledAfterMillis } satisfies Record<keyof typeof ofEventsource, unknown>;
}
