// SPDX-License-Identifier: Apache-2.0
// Runs the application in a process of its own, with the probe before all that it preloads itself.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Asked, hasApplication } from './arguments.js';
import type { Orders } from './probe/start.js';
import { newKey, type Sealed, unseal } from './sealed.js';

export interface Run {
  /** None where the process died before the probe could write them. */
  readonly told: Sealed | undefined;
  /** Whether the probe was there. */
  readonly begun: boolean;
  /** The doctor had to end it, so many milliseconds after it should have ended itself. */
  readonly killedAfter: number | undefined;
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
  nodeOptions = env.NODE_OPTIONS,
): Promise<Run> {
  // An import would be seen by the hooks of others, who would begin to trace its processes then.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-doctor-'));
  const file = join(folder, 'report.json');
  const key = newKey();
  const orders: Orders = { file, key, limitMillis, nodeOptions };
  const child = spawn(
    process.execPath,
    [...flags, ...(hasApplication({ flags, application }) ? application : ['-e', ''])],
    {
      env: {
        ...env,
        NODE_OPTIONS: withProbe(nodeOptions, permissionTo(folder, `${flags.join(' ')} ${nodeOptions ?? ''}`)),
        EVENTSOURCE_DOCTOR: JSON.stringify(orders),
      },
      stdio: ['inherit', 'pipe', 'pipe'],
    },
  );
  let killedAfter: number | undefined;
  const timer = setTimeout(() => {
    killedAfter = GRACE_MILLIS;
    child.kill('SIGKILL');
  }, limitMillis + GRACE_MILLIS);
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
    return { told: readReport(file, key), begun: existsSync(`${file}.begun`), killedAfter, end, stderr, stdout };
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', forward).off('SIGTERM', forward);
    child.stdout.destroy();
    child.stderr.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without it, nothing that Plug'n'Play has installed is found, the probe neither. */
const PLUG_AND_PLAY = /(?:--require|-r)[\s=]+(?:"[^"]*\.pnp\.c?js"|\S*\.pnp\.c?js)/;

/** What `--require` names comes before everything that `--import` names, and NODE_OPTIONS before the command line. */
export function withProbe(nodeOptions = '', permission = ''): string {
  const path = fileURLToPath(new URL('./probe.cjs', import.meta.url));
  const [first = ''] = PLUG_AND_PLAY.exec(nodeOptions) ?? [];
  return [first, `--require ${quoted(path)}`, permission, nodeOptions].filter((part) => part !== '').join(' ');
}

/** With its permission model, Node.js lets a process write where it says so. Without, it does not know the flag. */
function permissionTo(folder: string, flags: string): string | undefined {
  return /(?:^|\s)--(?:experimental-)?permission(?:\s|$)/.test(flags)
    ? `--allow-fs-write=${quoted(`${folder}/*`)}`
    : undefined;
}

function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&')}"`;
}

function readReport(file: string, key: string): Sealed | undefined {
  try {
    return unseal(readFileSync(file), key);
  } catch {
    return undefined;
  }
}
