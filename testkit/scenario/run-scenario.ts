// SPDX-License-Identifier: Apache-2.0
import { Console } from 'node:console';
import { readFileSync } from 'node:fs';
import { runScenario } from './engine.js';
import type { Scenario } from './scenario.js';
import { startTelemetry } from './telemetry.js';

const telemetry = startTelemetry();

// Standard output is for the result alone, whatever a driver has to say.
globalThis.console = new Console(process.stderr);

const [file] = process.argv.slice(2);
try {
  if (file === undefined) throw new Error('usage: run-scenario.js FILE.json');
  const result = await runScenario(JSON.parse(readFileSync(file, 'utf8')) as Scenario, telemetry);
  process.stdout.write(`${JSON.stringify(result, null, 1)}\n`, () => process.exit(0));
} catch (error) {
  process.stderr.write(`${describe(error)}\n`, () => process.exit(1));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error.stack) : `${error.stack}\ncaused by ${describe(error.cause)}`;
}
