// SPDX-License-Identifier: Apache-2.0
// Runs the application in a process of its own, with the probe before all that it preloads itself.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Asked } from './arguments.js';
import type { Orders } from './probe/start.js';
import type { Report } from './report.js';

export interface Run {
  /** None where the process died before the probe could write one. */
  readonly report: Report | undefined;
  /** A number, or the name of the signal that ended it. */
  readonly end: number | string;
  readonly stderr: string;
  readonly stdout: string;
}

/** After the limit the application has so long for the test span and its own end. */
const GRACE_MILLIS = 15_000;
/** Of the output the end is kept. */
const MOST_CHARACTERS = 100_000;

export async function run(
  { flags, application, limitMillis }: Pick<Asked, 'flags' | 'application' | 'limitMillis'>,
  env: NodeJS.ProcessEnv,
): Promise<Run> {
  // An import would be seen by the hooks of others, who would begin to trace its processes then.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-doctor-'));
  const file = join(folder, 'report.json');
  const orders: Orders = { file, limitMillis, nodeOptions: env.NODE_OPTIONS };
  const child = spawn(process.execPath, [...flags, ...(application.length === 0 ? ['-e', ''] : application)], {
    env: { ...env, NODE_OPTIONS: withProbe(env.NODE_OPTIONS), EVENTSOURCE_DOCTOR: JSON.stringify(orders) },
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMillis + GRACE_MILLIS);
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.once('SIGINT', forward).once('SIGTERM', forward);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-MOST_CHARACTERS);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MOST_CHARACTERS);
  });
  try {
    const end = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      // What the application started may hold its output open.
      child.once('exit', (code, signal) => setImmediate(resolve, code ?? signal ?? constants.signals.SIGKILL));
    });
    return { report: readReport(file), end, stderr, stdout };
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', forward).off('SIGTERM', forward);
    child.stdout.destroy();
    child.stderr.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `--require` names comes before everything that `--import` names, and NODE_OPTIONS before the command line. */
function withProbe(nodeOptions = ''): string {
  const path = fileURLToPath(new URL('./probe.cjs', import.meta.url));
  return `--require "${path.replace(/[\\"]/g, '\\$&')}" ${nodeOptions}`.trim();
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
