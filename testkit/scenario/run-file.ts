// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Result } from './result.js';

/** The package's folder; this file runs from `dist/testkit/scenario`. */
export const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));

const interpreter = fileURLToPath(new URL('./run-scenario.js', import.meta.url));

/** A scenario that hangs must not outlive its test. */
const limit = { timeout: 80_000, killSignal: 'SIGKILL' } as const;

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a scenario file in a process of its own, with or without the preload. */
export function runFile(file: string, { preload = true, env = {} } = {}): Promise<Outcome> {
  const args = [...(preload ? ['--import', './register'] : []), interpreter, file];
  const child = spawn(process.execPath, args, { cwd: packageRoot, env: { ...process.env, ...env }, ...limit });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...output }));
  });
}

/** The result of a scenario file; throws what the process said when it failed. */
export async function resultOf(file: string, options?: Parameters<typeof runFile>[1]): Promise<Result> {
  const { exitCode, stdout, stderr } = await runFile(file, options);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}\n${stderr}`);
  return JSON.parse(stdout) as Result;
}
