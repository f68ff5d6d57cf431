// SPDX-License-Identifier: Apache-2.0
// The shop as a process of its own, its data in a file that is there for the test to look at.
import { join } from 'node:path';
import { applicationWith, type ChildResult, root, runNode } from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import type { ExportedSpan } from '../../testkit/otlp-traces.js';

export interface ShopRun extends ChildResult {
  /** The SQLite file. */
  readonly file: string;
  readonly spans: readonly ExportedSpan[];
  readonly remove: () => void;
}

/** @param preloads what `--import` gets, in this order */
export async function runShop(...preloads: readonly string[]): Promise<ShopRun> {
  const { folder, remove } = applicationWith({});
  const file = join(folder, 'shop.db');
  const receiver = await startOtlpReceiver();
  const result = await runNode({
    cwd: root,
    args: [...preloads.flatMap((preload) => ['--import', preload]), 'dist/fixtures/shop/app.js', file],
    env: exportTo(receiver.endpoint),
    timeoutMillis: 60_000,
  });
  await receiver.close();
  return { ...result, file, spans: receiver.spans, remove };
}

/** Environment of a process that exports traces only. */
export function exportTo(endpoint: string): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
}
