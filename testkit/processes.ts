// SPDX-License-Identifier: Apache-2.0
// Processes that wait for each other.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './child.js';

const DEADLINE = 60_000;

export interface ProcessOptions {
  /** What `--import` gets, in this order. */
  readonly preloads: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
}

/** Starts `node` with these arguments in the repository. It is killed when it runs for more than a minute. */
export function startProcess(args: readonly string[], { preloads, env, onLine = () => {} }: ProcessOptions) {
  const imports = preloads.flatMap((preload) => ['--import', preload]);
  const child = spawn(process.execPath, [...imports, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const from = stdout.lastIndexOf('\n') + 1;
    stdout += text;
    for (const line of stdout.slice(from).split('\n').slice(0, -1)) onLine(line);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = once(child, 'close').finally(() => clearTimeout(timer));
  closed.catch(() => {});
  const failure = () => new Error(`${args.join(' ')} ended with ${child.exitCode ?? child.signalCode}\n${stderr}`);
  return {
    /** Waits until it has printed this. */
    async said(text: string): Promise<void> {
      while (!stdout.includes(text))
        await Promise.race([once(child.stdout, 'data'), closed.then(() => rejection(failure()))]);
    },
    /** Waits for its end, which must be a good one, and gives back what it printed. */
    async ended(): Promise<string> {
      await closed;
      if (child.exitCode !== 0 || stderr !== '') throw failure();
      return stdout;
    },
    stop: () => child.kill('SIGTERM'),
    kill: () => killIfAlive(child),
  };
}

async function rejection(error: Error): Promise<never> {
  throw error;
}

function killIfAlive(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}
