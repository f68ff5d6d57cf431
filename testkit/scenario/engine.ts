// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { createDomain } from './domain.js';
import { loadLibrary } from './library.js';
import { toLogRows } from './logs.js';
import { createMarks } from './marks.js';
import { toRows } from './metrics.js';
import type { Result } from './result.js';
import type { Run } from './run.js';
import type { Scenario } from './scenario.js';
import { whyUnreachable } from './services.js';
import { toForest } from './spans.js';
import { originOf, runSteps } from './steps.js';
import type { Telemetry } from './telemetry.js';

const QUIET_WITHIN_MS = 20_000;
const BACKGROUND_WITHIN_MS = 3_000;

/**
 * Runs one scenario against the library and reads what it left behind.
 *
 * @throws when a service is not reachable, a step throws or a check fails; the message names which
 */
export async function runScenario(scenario: Scenario, telemetry: Telemetry): Promise<Result> {
  const problems = await Promise.all(scenario.services.map(whyUnreachable));
  const unreachable = problems.filter((problem) => problem !== undefined);
  if (unreachable.length > 0) throw new Error(unreachable.join('\n'));

  const library = await loadLibrary();
  const run: Run = {
    library,
    domain: createDomain(library),
    telemetry,
    marks: createMarks(),
    objects: new Map(),
    background: [],
    failures: [],
    closers: [],
    perform: (steps, path) => runSteps(steps, run, path),
  };
  try {
    await runSteps(scenario.steps, run);
    await finish(run);
  } catch (error) {
    throw failureOf(scenario, error);
  } finally {
    await close(run);
  }
  return {
    scenario: scenario.name,
    spans: toForest(telemetry.endedSpans(), run.marks),
    metrics: toRows(await telemetry.readMetrics(), run.marks),
    logs: toLogRows(telemetry.readLogs(), run.marks),
  };
}

async function finish({ telemetry, background, failures }: Run): Promise<void> {
  await telemetry.quiet(Date.now() + QUIET_WITHIN_MS);
  const settled = Promise.all(background.map((call) => call.settled));
  await Promise.race([settled, sleep(BACKGROUND_WITHIN_MS)]);
  for (const { name, errors } of background) {
    if (errors.length > 0) console.warn(`${name} failed in the background after the last wait:`, errors[0]);
  }
  if (failures.length > 0) throw failures[0];
}

async function close({ closers, marks }: Run): Promise<void> {
  for (const closer of closers.reverse()) await closer();
  marks.clear();
}

function failureOf({ name }: Scenario, error: unknown): Error {
  const origin = (typeof error === 'object' && error !== null && originOf.get(error)) || 'after the last step';
  const message = error instanceof Error ? error.message : String(error);
  return new Error(`scenario ${name} failed at ${origin}: ${message}`, { cause: error });
}
