// SPDX-License-Identifier: Apache-2.0
// The shop as people run it who send its telemetry somewhere: nothing but variables tells it where.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../testkit/back-ends/program.js';
import { applicationWith, root, runNode } from '../../../testkit/child.js';
import type { ExportedSpan } from '../../../testkit/otlp-traces.js';

const shop = 'dist/fixtures/shop/app.js';
/** The shop, and spans, metrics and log records of the application itself. */
export const loggingShop = 'dist/test/services/programs/logging-shop.js';

/** A configuration of `fixtures/exporters`. */
export function exporterFile(name: string): string {
  return join(root, 'fixtures/exporters', `${name}.env`);
}

export interface ShopOptions {
  /** A file of `fixtures/exporters`. */
  readonly configuration?: string;
  /** Variables, which outrank those of the configuration. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default ours */
  readonly preloads?: readonly string[];
  /** @default the shop */
  readonly main?: string;
}

/**
 * Runs it to its end, which must be a good one, with nothing on stderr.
 *
 * @returns what it printed
 */
export async function runShop({
  configuration,
  env = {},
  preloads = ['./register'],
  main = shop,
}: ShopOptions): Promise<string> {
  const { folder, remove } = applicationWith({});
  try {
    const { stdout, stderr, code } = await runNode({
      cwd: root,
      args: [
        ...(configuration === undefined ? [] : [`--env-file=${exporterFile(configuration)}`]),
        ...preloads.flatMap((preload) => ['--import', preload]),
        main,
        join(folder, 'shop.db'),
      ],
      env,
      timeoutMillis: 60_000,
    });
    assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
    return stdout;
  } finally {
    remove();
  }
}

const kept = new Map<string, Promise<readonly ExportedSpan[]>>();

/** The spans of a run whose exporter keeps them in memory. */
export function spansInMemory(main = shop): Promise<readonly ExportedSpan[]> {
  const spans = kept.get(main) ?? untilTwoMeet(() => runInMemory(main));
  kept.set(main, spans);
  return spans;
}

/**
 * Two people change one order at the same time. On a busy machine one of them may be too late for that, which makes for another
 * story: the shop is run until they have met.
 *
 * @param run gives the spans of one run
 */
export async function untilTwoMeet(
  run: (attempt: number) => Promise<readonly ExportedSpan[]>,
): Promise<readonly ExportedSpan[]> {
  for (let attempt = 1; ; attempt += 1) {
    const spans = await run(attempt);
    const met = spans.some(({ attributes }) => attributes['eventsource.error.type'] === 'OptimisticLockError');
    if (met || attempt === 10) return spans;
  }
}

/** What there is when it is as much as expected, or grows no more. */
export function settled<T extends readonly unknown[]>(ask: () => Promise<T>, expected: number): Promise<T> {
  let before = 0;
  return until(async () => {
    const found = await ask();
    if (found.length !== expected && found.length !== before) {
      before = found.length;
      await delay(500);
      throw new Error(`${found.length} of ${expected}`);
    }
    assert.ok(found.length > 0, 'nothing arrived');
    return found;
  });
}

async function runInMemory(main: string): Promise<readonly ExportedSpan[]> {
  const { folder, remove } = applicationWith({});
  try {
    const file = join(folder, 'spans.json');
    const preloads = ['./dist/testkit/preloads/in-memory-spans.js', './register'];
    await runShop({ main, preloads, env: { SPANS_FILE: file } });
    const spans: (Omit<ExportedSpan, 'startNanos'> & { startNanos: string })[] = JSON.parse(readFileSync(file, 'utf8'));
    return spans.map((span) => ({ ...span, startNanos: BigInt(span.startNanos) }));
  } finally {
    remove();
  }
}
