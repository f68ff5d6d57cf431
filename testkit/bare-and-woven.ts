// SPDX-License-Identifier: Apache-2.0
// Runs one program with and without the preload and gives everything that an observer of the process can see.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attributes } from '@opentelemetry/api';
import { applicationWith, type ChildResult, type ChildRun, register, root, runNode, usePackages } from './child.js';

export interface RecordedSpan {
  readonly name: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly trace: string;
  readonly scope: string;
  readonly kind: number;
  /** Microseconds since the epoch. */
  readonly start: number;
  /** How many spans of its process began before it; times of day are too coarse to tell. */
  readonly place: number;
  /** Ids of the spans that it is linked to. */
  readonly links: readonly string[];
  readonly failed: boolean;
  readonly events: number;
  /** Types of those events that are exceptions. */
  readonly exceptions: readonly string[];
  readonly attributes: Attributes;
  readonly thread: 'main' | 'worker';
  readonly pid: number;
}

/** Without the preload; with it but no SDK; with it and a provider of the application. */
export type Preload = 'bare' | 'idle' | 'recording';

export interface Seen {
  readonly stdout: string;
  /**
   * Without the lines of stack traces: a woven call has a frame more. And without the line of source that Node prints above a
   * fatal error: it does so only while nobody has read the error's `stack`, as everybody does who records it.
   */
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Observed extends Seen {
  readonly spans: readonly RecordedSpan[];
  /** What was said through `diag`, where `record-diag` was preloaded. */
  readonly diag: readonly string[];
}

export interface Run extends Partial<ChildRun> {
  readonly preload: Preload;
  /** Of Node. */
  readonly flags?: readonly string[];
  /** Other preloads, by path. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly main: string;
}

/** Runs an application of these files, which finds the target and OpenTelemetry among its packages. */
export async function observe({
  preload,
  flags = [],
  before = [],
  after = [],
  files,
  main,
  env,
  ...run
}: Run): Promise<Observed> {
  const { folder, remove } = applicationWith({ 'package.json': '{}', ...files });
  try {
    const hasTarget = Object.keys(files).some((path) => path.startsWith('node_modules/eventsource/'));
    usePackages(folder, 'libsql', '@opentelemetry', 'sinon', 'shimmer', ...(hasTarget ? [] : ['eventsource']));
    const recorded = { SPANS_FILE: join(folder, 'spans.jsonl'), DIAG_FILE: join(folder, 'diag.jsonl') };
    const preloads = [
      ...before,
      ...(preload === 'bare' ? [] : [register]),
      ...after,
      ...(preload === 'idle' ? [] : [preloadFile('record-spans')]),
    ];
    const args = [...flags, ...preloads.flatMap((path) => ['--import', path]), main];
    const result = await runNode({ ...run, args, cwd: folder, env: { ...env, ...recorded } });
    return {
      ...seen(result, folder),
      spans: linesOf<RecordedSpan>(recorded.SPANS_FILE),
      diag: linesOf<string>(recorded.DIAG_FILE).map((line) => line.replaceAll(folder, '.')),
    };
  } finally {
    remove();
  }
}

function seen({ stdout, stderr, code, signal }: ChildResult, folder: string): Seen {
  const lines = stderr
    .replace(/^\S+:\d+\n.*\n\s*\^+\n/, '')
    .replaceAll(folder, '.')
    .split('\n');
  return { stdout, stderr: lines.filter((line) => !/^\s+at /.test(line)).join('\n'), code, signal };
}

function linesOf<Line>(file: string): Line[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** A file of `preloads/`, compiled. */
export function preloadFile(name: 'record-spans' | 'record-signals' | 'record-diag' | 'nest-and-http' | 'pg'): string {
  return join(root, `dist/testkit/preloads/${name}.js`);
}

/** The spans of a run as a tree: `a(b c)`, siblings by name. */
export function treeOf(spans: readonly RecordedSpan[]): string {
  const ids = new Set(spans.map(({ id }) => id));
  const below = (parent: string | undefined): string =>
    spans
      .filter((span) =>
        parent === undefined ? span.parent === undefined || !ids.has(span.parent) : span.parent === parent,
      )
      .map((span) => {
        const children = below(span.id);
        return children === '' ? span.name : `${span.name}(${children})`;
      })
      .sort()
      .join(' ');
  return below(undefined);
}

/** Everything that can be seen of `run` is what can be seen of `bare`. */
export function assertSeenAlike(run: Observed, bare: Observed): void {
  const { spans: _spans, ...what } = run;
  const { spans: _none, ...expected } = bare;
  assert.deepEqual(what, expected);
  assert.deepEqual(bare.spans, [], 'the bare run has no spans');
}
