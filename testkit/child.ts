// SPDX-License-Identifier: Apache-2.0
// Runs Node in a process of its own, in a temporary folder that looks like an application.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leaveOut } from './leave-out.js';

/** The repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
/** `node --import` or `--require` of it preloads ours. */
export const register = join(root, 'dist/register.js');

export interface ChildRun {
  readonly args: readonly string[];
  /** Added to an environment without any OTEL_* or NODE_OPTIONS. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The binary. @default the running one */
  readonly node?: string;
  /** Ends the child hard, and rejects: it hangs. @default 100000 ms, since a busy machine is a slow one */
  readonly timeoutMillis?: number;
  /** Called with the child and all of its stdout so far, whenever there is more. */
  readonly onOutput?: (child: ChildProcess, stdout: string) => void;
}

export interface ChildResult {
  readonly stdout: string;
  readonly stderr: string;
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly millis: number;
}

export function runNode(run: ChildRun): Promise<ChildResult> {
  const started = performance.now();
  const child = spawn(run.node ?? process.execPath, run.args, {
    cwd: run.cwd,
    env: environment(run.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const limit = run.timeoutMillis ?? 100_000;
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    child.kill('SIGKILL');
  }, limit);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    run.onOutput?.(child, stdout);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => {
      clearTimeout(timer);
      if (hangs) reject(new Error(`ended after ${limit} ms: node ${run.args.join(' ')}\n${stdout}\n${stderr}`));
      resolve({ stdout, stderr, code, signal, millis: performance.now() - started });
    });
  });
}

/** A temporary folder with these files; paths are relative to it. */
export function applicationWith(files: Readonly<Record<string, string>>): { folder: string; remove: () => void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'eventsource-')));
  addFiles(folder, files);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function addFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Makes packages of the repository's `node_modules` those of the application. */
export function usePackages(folder: string, ...names: readonly string[]): void {
  for (const name of names) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
}

/** The Node.js lines that load ES modules differently: hooks in a thread of their own, hooks on the main thread. */
export const nodeMajors = [20, 24] as const;

/** Declares one test for each of the {@link nodeMajors}; `body` gets the binary. */
export function onEachNode(title: string, body: (node: string) => Promise<void>): void {
  for (const major of nodeMajors) onNode(major, title, body);
}

/** Declares a test on one Node.js; `body` gets the binary. */
export function onNode(major: number, title: string, body: (node: string) => Promise<void>): void {
  it(`${title} (Node ${major})`, async function () {
    this.timeout(120_000);
    await body(nodeBinary(this, major));
  });
}

/**
 * Another Node.js, from `node scripts/node-versions.mjs <version>`. Without it the calling test is left out, or fails with
 * REQUIRE_ALL=1.
 *
 * @param version a major version, for its newest or the running one, or a whole one
 */
export function nodeBinary(test: Mocha.Context, version: number | string): string {
  if (`${process.versions.node}.`.startsWith(`${version}.`)) return process.execPath;
  const folder = join(root, '.cache/node', String(version), 'node_modules');
  const found = [`node-${process.platform}-${process.arch}`, 'node']
    .map((name) => join(folder, name, 'bin/node'))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  return leaveOut(test, `Node ${version} is not there: node scripts/node-versions.mjs ${version}`);
}

function environment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:OTEL_|NODE_)/.test(name));
  return { ...Object.fromEntries(inherited), ...added };
}
