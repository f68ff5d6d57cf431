// SPDX-License-Identifier: Apache-2.0
// npm run bench:load -- --broker redis|rabbitmq|kafka [--rounds N]: 20,000 events through a broker to two consumers of one
// group, traced, beside the same without the preload. Each event must be handled, no span may get lost or stay open, and
// each publish span must have its consume span in the same trace.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Broker, brokers, removeFrom } from '../testkit/brokers.js';
import type { LoadRun } from './load-run.js';

const EVENTS = 20_000;
const LEAST_THROUGHPUT: Readonly<Record<Broker, number>> = { redis: 0.6, rabbitmq: 0.6, kafka: 0.85 };
const modes = ['bare', 'discarding', 'encoding'] as const;

type Mode = (typeof modes)[number];
type Round = Readonly<Record<Mode, LoadRun>>;

const { values } = parseArgs({ options: { broker: { type: 'string' }, rounds: { type: 'string', default: '5' } } });
const broker = brokers.find((known) => known === values.broker);
if (broker === undefined) {
  console.error(`usage: npm run bench:load -- --broker ${brokers.join('|')} [--rounds N]`);
  process.exit(2);
}
const rounds: Round[] = [];
for (let round = 0; round < Number(values.rounds); round++) rounds.push(await measure(broker, round));
report(broker, rounds);

/** Every round measures every mode once, in rotated order; ratios are taken inside a round. */
async function measure(broker: Broker, round: number): Promise<Round> {
  const first = round % modes.length;
  const measured: Partial<Record<Mode, LoadRun>> = {};
  for (const mode of [...modes.slice(first), ...modes.slice(0, first)]) measured[mode] = await run(broker, mode);
  return measured as Round;
}

async function run(broker: Broker, mode: Mode): Promise<LoadRun> {
  const name = `load_${randomUUID().slice(0, 8)}`;
  const script = fileURLToPath(new URL('./load-run.js', import.meta.url));
  const register = new URL('../register.js', import.meta.url).href;
  const telemetry = { bare: 'none', discarding: 'discard', encoding: 'encode' }[mode];
  const flags = mode === 'bare' ? [] : ['--import', register];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^OTEL_|^NODE_OPTIONS$/.test(name)));
  try {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...flags, script, broker, name, String(EVENTS), telemetry],
      { encoding: 'utf8', env },
    );
    if (status !== 0) throw new Error(`${mode} load over ${broker} failed:\n${stderr}`);
    return JSON.parse(stdout) as LoadRun;
  } finally {
    await removeFrom(broker, name);
  }
}

function isComplete({ handled, ended, exported, open, published, consumed, deliveries }: LoadRun): boolean {
  return (
    handled === EVENTS &&
    published === EVENTS &&
    consumed === EVENTS &&
    open === 0 &&
    exported === ended &&
    Math.min(...deliveries) > 0
  );
}

function report(broker: Broker, rounds: readonly Round[]): void {
  const traced = rounds.flatMap(({ discarding, encoding }) => [discarding, encoding]);
  const incomplete = traced.filter((run) => !isComplete(run));
  const [{ exported, deliveries }] = traced as [LoadRun];
  console.log(
    `Node ${process.version}, ${thousands(EVENTS)} events over ${broker}, ${rounds.length} interleaved rounds`,
  );
  console.log(`spans exported      ${thousands(exported)}; ${deliveries.join(' and ')} deliveries`);
  for (const mode of modes) {
    const rate = median(rounds.map((round) => EVENTS / (round[mode].millis / 1000)));
    console.log(`${mode.padEnd(19)} ${thousands(rate)} events/s (median)`);
  }
  const least = LEAST_THROUGHPUT[broker];
  const ratios = (mode: Mode) => rounds.map((round) => round.bare.millis / round[mode].millis);
  const cpu = (mode: Mode) => rounds.map((round) => round.bare.cpuMillis / round[mode].cpuMillis);
  console.log(
    `discarding ÷ bare   ${spread(ratios('discarding'))}, at least ${least}; by CPU ${spread(cpu('discarding'))}`,
  );
  console.log(`encoding ÷ bare     ${spread(ratios('encoding'))}; by CPU ${spread(cpu('encoding'))}`);
  for (const run of incomplete) console.log(`INCOMPLETE ${JSON.stringify(run)}`);
  process.exitCode = incomplete.length === 0 && median(ratios('discarding')) >= least ? 0 : 1;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function spread(values: readonly number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}
