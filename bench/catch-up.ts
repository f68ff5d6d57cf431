// SPDX-License-Identifier: Apache-2.0
// npm run bench:catch-up [-- --quick]: a subscription over 100,000 events in SQLite, traced, beside the untraced one. No span
// may get lost, the throughput must be at least 0.7 of the untraced one, and the heap must stay flat.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST_THROUGHPUT = 0.7;
const MOST_HEAP_GROWTH = 3e6;
const BATCH_SIZE = 100;

const rounds = process.argv.includes('--quick') ? 3 : 11;
const script = fileURLToPath(new URL('./catch-up-run.js', import.meta.url));
const register = new URL('../register.js', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'catch-up-'));
const events = join(folder, 'events.db');

type Mode = 'bare' | 'traced';
interface Measured {
  readonly handled: number;
  readonly millis: number;
  /** Of all threads: what neighbours on a shared machine do not change much. */
  readonly cpuMillis: number;
  readonly spans: number;
  readonly heap: readonly number[];
}

function node(flags: readonly string[], ...args: readonly string[]): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^OTEL_|^NODE_OPTIONS$/.test(name)));
  const options = { encoding: 'utf8', env } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script, ...args], options);
  if (status !== 0) throw new Error(`catch-up ${args.join(' ')} failed:\n${stderr}`);
  return stdout;
}

/** A run over a file of its own: it writes checkpoints. */
function run(mode: Mode, what = ''): Measured {
  const copy = join(folder, 'copy.db');
  copyFileSync(events, copy);
  const flags = [...(mode === 'traced' ? ['--import', register] : []), ...(what === 'heap' ? ['--expose-gc'] : [])];
  const measured = JSON.parse(node(flags, copy, mode, what)) as Measured;
  for (const suffix of ['', '-wal', '-shm']) rmSync(copy + suffix, { force: true });
  return measured;
}

const throughputOf = ({ handled, millis }: Measured) => handled / (millis / 1000);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const thousands = (value: number) => Math.round(value).toLocaleString('en');
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);

/** Its highest over its lowest value in the second half of a run. */
function heapGrowth({ heap }: Measured): number {
  const half = heap.slice(heap.length >> 1);
  return Math.max(...half) - Math.min(...half);
}

try {
  node([], events, 'prepare');
  const pairs = Array.from({ length: rounds }, (_, round) => {
    const order: readonly Mode[] = round % 2 === 0 ? ['bare', 'traced'] : ['traced', 'bare'];
    return Object.fromEntries(order.map((mode) => [mode, run(mode)])) as Record<Mode, Measured>;
  });
  const ratios = pairs.map(({ bare, traced }) => throughputOf(traced) / throughputOf(bare));
  const [{ traced }] = pairs as [Record<Mode, Measured>];
  // A span per event; per batch one for the read and one for the checkpoint; and those of the start and the stop.
  const least = traced.handled + (2 * traced.handled) / BATCH_SIZE;
  const lost = pairs.filter(({ traced: { spans } }) => spans < least || spans !== traced.spans).length;
  const growth = { bare: heapGrowth(run('bare', 'heap')), traced: heapGrowth(run('traced', 'heap')) };

  console.log(`Node ${process.version}, ${thousands(traced.handled)} events in SQLite, batches of ${BATCH_SIZE}`);
  console.log('BatchSpanProcessor: queue 2048, batches of 512; an exporter that counts');
  console.log(
    `spans exported      ${thousands(traced.spans)} in each of ${rounds} runs${lost ? `, EXCEPT ${lost}` : ''}`,
  );
  for (const mode of ['bare', 'traced'] as const) {
    console.log(
      `${mode.padEnd(19)} ${thousands(median(pairs.map((pair) => throughputOf(pair[mode]))))} events/s (median)`,
    );
  }
  const cpu = median(pairs.map(({ bare, traced }) => bare.cpuMillis / traced.cpuMillis));
  const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  console.log(
    `traced ÷ bare       ${median(ratios).toFixed(2)} (${spread}), at least ${LEAST_THROUGHPUT}; by CPU time ${cpu.toFixed(2)}`,
  );
  console.log(
    `heap, second half   bare ± ${megabytes(growth.bare / 2)} MB, traced ± ${megabytes(growth.traced / 2)} MB`,
  );
  const holds = lost === 0 && median(ratios) >= LEAST_THROUGHPUT && growth.traced <= 2 * MOST_HEAP_GROWTH;
  process.exitCode = holds ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
