// SPDX-License-Identifier: Apache-2.0
// Starts the program of a back end for one test, on ports and in a folder of its own, and stops it again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { remark } from '../leave-out.js';
import { type BackEndName, programOf } from './programs.js';

/** A JVM on a busy machine. */
const START_LIMIT_MILLIS = 90_000;

export interface Program {
  stop(): Promise<void>;
}

/** @param isReady asked until it resolves */
export interface ProgramStart {
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Removed with all that is in it when the program stops. */
  readonly folder: string;
  readonly isReady: () => Promise<unknown>;
}

/**
 * A `describe` for tests of what a back end gets. They run under `REQUIRE_ALL=1`, and fail there when its program is missing;
 * but for Jaeger, which takes too long to be built for it. What was left out is said at the very end.
 */
export function describeWithBackEnd(name: BackEndName, title: string, suite: () => void): void {
  const isThere = programOf(name) !== undefined;
  const isRequired = process.env.REQUIRE_ALL === '1';
  const command = name === 'jaeger' ? 'npm run back-ends:jaeger' : 'npm run back-ends';
  if (isRequired && (isThere || name !== 'jaeger')) {
    describe(title, () => {
      before(() => {
        if (!isThere) throw new Error(`${name} is not there: ${command}`);
      });
      suite();
    });
    return;
  }
  remark(`${name} (${title}): ${isThere ? '' : `${command}, then `}npm run test:all`);
  // As a whole: a hook that skips would have the hooks behind it clear away what was never made.
  describe.skip(title, suite);
}

/**
 * Starts the program and waits until it answers.
 *
 * @param command what runs its file; itself by default
 * @throws with what it printed, when it ends or does not answer
 */
export async function startProgram(
  name: BackEndName,
  { command = [], args, env, folder, isReady }: ProgramStart,
): Promise<Program> {
  const [first = '', ...rest] = [...command, programOf(name) ?? name, ...args];
  const child = spawn(first, rest, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000);
    });
  }
  const ended = once(child, 'close');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.removeListener('exit', kill);
    kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(isReady, START_LIMIT_MILLIS, () => child.exitCode === null && child.signalCode === null);
  } catch (error) {
    await stop();
    throw new Error(`${name} did not start: ${error}\n${output}`);
  }
  return { stop };
}

/**
 * Asks until the answer comes without an error.
 *
 * @param isWorthwhile ends the asking early
 * @throws the last error
 */
export async function until<T>(
  ask: () => Promise<T>,
  limitMillis = 30_000,
  isWorthwhile: () => boolean = () => true,
): Promise<T> {
  const deadline = Date.now() + limitMillis;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline || !isWorthwhile()) throw error;
      await delay(100);
    }
  }
}

export function temporaryFolder(name: BackEndName): string {
  return mkdtempSync(join(tmpdir(), `${name}-`));
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** @throws when the answer is no good one */
export async function fetched(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} for ${url}: ${text.slice(0, 500)}`);
  return text;
}
