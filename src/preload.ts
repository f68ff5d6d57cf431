// SPDX-License-Identifier: Apache-2.0
// What `register` starts once it knows that the API is installed.
import { resolveConfig, resolveSdkOptions, type SdkOptions } from './config.js';
import { sayWhereAsked, tellKept } from './debug.js';
import { engineOfProcess } from './engine.js';
import { importTables } from './libraries/index.js';
import { openDoors } from './open-doors.js';
import { ownRequire } from './own-require.js';
import { asksForSdk, mayBeMisspelt } from './sdk/environment.js';
import { importTablesOf, tablesOf } from './tables/load.js';
import { warnOnce } from './warn.js';

/** Loaded where the environment asks for an SDK only: most processes need not wait for it. */
type Sdk = typeof import('./sdk/index.js');

/** Loaded where a variable of OpenTelemetry is set that few set. */
type Variables = typeof import('./opentelemetry-variables.js');

/** Weaves from now on, and gives the application an SDK if the environment asks for one and the application makes none. */
export function preload(): void {
  weave();
  if (mayBeMisspelt(process.env)) tellMisspelt(ownRequire()('./opentelemetry-variables.js'));
  const options = sdkAskedFor();
  if (options !== undefined) arm(ownRequire()('./sdk/index.js'), options);
}

/**
 * The same where ES modules cannot be required: whatever is required later on must be imported here, before the application.
 */
export async function preloadWithoutRequire(): Promise<void> {
  await importTablesOf(process.env, warnOnce);
  const { libraries } = resolveConfig({}, process.env, warnOnce, tablesOf(process.env, warnOnce));
  await importTables((key) => libraries[key]?.enabled !== false);
  weave();
  if (mayBeMisspelt(process.env)) tellMisspelt(await import('./opentelemetry-variables.js'));
  const options = sdkAskedFor();
  if (options !== undefined) arm(await import('./sdk/index.js'), options);
}

function weave(): void {
  const engine = engineOfProcess();
  const config = resolveConfig({}, process.env, warnOnce, tablesOf(process.env, warnOnce));
  if (config.enabled) {
    engine.enable(config);
    openDoors(engine, config);
  } else engine.introduce(config);
}

function tellMisspelt({ misspeltOfOpenTelemetry }: Variables): void {
  for (const sentence of misspeltOfOpenTelemetry(process.env)) warnOnce(sentence);
}

function sdkAskedFor(): SdkOptions | undefined {
  const options = resolveSdkOptions(process.env, warnOnce);
  if (asksForSdk(process.env, options)) return options;
  const why = options.sdk === undefined ? 'no exporter and no endpoint is named there' : 'it is switched off there';
  sayWhereAsked(`the environment asks for no SDK (${why}): spans are recorded if the application makes a provider`);
  return undefined;
}

function arm({ armSdk, wakeSdk, exportingOfSdk }: Sdk, { flushTimeoutMillis }: SdkOptions): void {
  if (!armSdk(process.env, flushTimeoutMillis)) {
    sayWhereAsked('the application has a provider, so no SDK is started from the environment');
    return;
  }
  sayWhereAsked(
    'an SDK is started from the environment with the first telemetry, unless the application makes its own by then',
  );
  const { providers } = engineOfProcess();
  providers.wake = () => {
    wakeSdk();
    // It may have set the logger of `diag`.
    tellKept();
  };
  providers.exporting = exportingOfSdk;
}
