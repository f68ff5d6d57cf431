// SPDX-License-Identifier: Apache-2.0
// npm run bench [-- --quick] [--json]: what a woven call costs beside the bare one and beside the same span, or the same instruments, written
// by hand.
// Bytes repeat to ± 3 % and gate; times are ratios of medians, interleaved, and only reported.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SubjectName } from './subjects.js';

const quick = process.argv.includes('--quick');
const variants = ['bare', 'by hand', 'woven'] as const;
/** What is measured, and under which SDK: none, one that records spans or does not, one that only measures. */
const plan = {
  'six attributes': ['no SDK', 'unsampled', 'sampled'],
  'table row': ['no SDK', 'unsampled', 'sampled'],
  'counter and histogram': ['no SDK', 'metrics'],
} as const satisfies Record<SubjectName, readonly string[]>;
const rounds = quick ? 3 : 9;

type Sdk = (typeof plan)[SubjectName][number];
type Measured = Readonly<Record<(typeof variants)[number], number>>;

/** In bytes over the bare call, or as a share of what the same telemetry written by hand allocates over the bare call. */
const bounds = {
  'no SDK': { bytesOverBare: 16 },
  unsampled: { ofByHand: 0.6 },
  sampled: { ofByHand: 0.75 },
  metrics: { ofByHand: 1.05 },
} as const satisfies Record<Sdk, { bytesOverBare: number } | { ofByHand: number }>;

const roomy = ['--expose-gc', '--min-semi-space-size=512', '--max-semi-space-size=512', '--max-old-space-size=4096'];

function measure(subject: SubjectName, variant: string, sdk: Sdk, what: 'bytes' | 'time'): number {
  const script = fileURLToPath(new URL('./measure.js', import.meta.url));
  const flags = what === 'bytes' ? roomy : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script, subject, variant, sdk, what], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`bench of ${subject}, ${variant}, ${sdk} failed:\n${stderr}`);
  return (JSON.parse(stdout) as { value: number }).value;
}

function bytesOf(subject: SubjectName, sdk: Sdk): Measured {
  return Object.fromEntries(variants.map((variant) => [variant, measure(subject, variant, sdk, 'bytes')])) as Measured;
}

/** Every round measures every variant once, in rotated order; ratios are taken inside a round. */
function timesOf(subject: SubjectName, sdk: Sdk): Measured[] {
  return Array.from({ length: rounds }, (_, round) => {
    const order = [...variants.slice(round % 3), ...variants.slice(0, round % 3)];
    return Object.fromEntries(order.map((variant) => [variant, measure(subject, variant, sdk, 'time')])) as Measured;
  });
}

function rowOf(subject: SubjectName, sdk: Sdk) {
  const bytes = bytesOf(subject, sdk);
  const overBare = bytes.woven - bytes.bare;
  const ofByHand = overBare / (bytes['by hand'] - bytes.bare);
  const bound = bounds[sdk];
  const times = timesOf(subject, sdk);
  const ratios = (over: 'bare' | 'by hand') => times.map((round) => round.woven / round[over]);
  return {
    subject,
    sdk,
    bytesOverBare: Math.round(overBare),
    byHandOverBare: Math.round(bytes['by hand'] - bytes.bare),
    ofByHand,
    bound,
    within: 'bytesOverBare' in bound ? overBare <= bound.bytesOverBare : ofByHand <= bound.ofByHand,
    timeOverBare: spread(ratios('bare')),
    timeOfByHand: spread(ratios('by hand')),
  };
}

function spread(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] as number, min: sorted[0] as number, max: sorted.at(-1) as number };
}

type ResultRow = ReturnType<typeof rowOf>;

function print(results: readonly ResultRow[]): void {
  const text = ({ median, min, max }: ResultRow['timeOverBare']) =>
    `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
  console.log(`\nNode ${process.version}, ${rounds} interleaved rounds; a process for each measurement\n`);
  console.log('| operation | SDK | B over bare, woven | by hand | ratio | bound | time ÷ bare | time ÷ by hand |');
  console.log('|---|---|--:|--:|--:|---|--:|--:|');
  for (const row of results) {
    const bound =
      'bytesOverBare' in row.bound ? `≤ ${row.bound.bytesOverBare} B` : `≤ ${row.bound.ofByHand.toFixed(2)}`;
    const cells = [
      row.subject,
      row.sdk,
      row.bytesOverBare,
      row.byHandOverBare,
      row.ofByHand.toFixed(2),
      `${bound} ${row.within ? 'met' : 'MISSED'}`,
      text(row.timeOverBare),
      text(row.timeOfByHand),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

const results = Object.entries(plan).flatMap(([subject, sdks]) =>
  sdks.map((sdk) => rowOf(subject as SubjectName, sdk)),
);
if (process.argv.includes('--json')) console.log(JSON.stringify(results, null, 2));
else print(results);
const missed = results.filter(({ within }) => !within);
for (const { subject, sdk } of missed) console.error(`bench: ${subject}, ${sdk}: more bytes than the bound`);
process.exitCode = missed.length === 0 ? 0 : 1;
