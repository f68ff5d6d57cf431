// SPDX-License-Identifier: Apache-2.0
// The shop as people run it who send its telemetry somewhere: nothing but variables tells it where.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  const spans = kept.get(main) ?? runInMemory(main);
  kept.set(main, spans);
  return spans;
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
