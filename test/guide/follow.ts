// SPDX-License-Identifier: Apache-2.0
// Pages that are followed word by word: their files, commands and what these print, one after the other.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addFiles, root, runNode } from '../../testkit/child.js';
import { assertPrinted } from './run.js';

interface Block {
  /** `file: <path>`, `run` or `prints`. */
  readonly mark: string;
  readonly text: string;
}

export interface Page {
  readonly blocks: readonly Block[];
  /** How many blocks of code the page has, marked or not. */
  readonly count: number;
}

/** A page of `docs/`. */
export function pageOf(name: string): Page {
  const text = readFileSync(join(root, 'docs', name), 'utf8');
  const blocks = [...text.matchAll(/^<!-- (.*) -->\n```\w*\n([\s\S]*?)^```$/gm)];
  return {
    blocks: blocks.map(([, mark = '', text = '']) => ({ mark, text })),
    count: (text.match(/^```/gm)?.length ?? 0) / 2,
  };
}

/** Says of each block of code what it is. */
export function assertMarked({ blocks, count }: Page): void {
  assert.equal(blocks.length, count);
  for (const { mark } of blocks) assert.match(mark, /^(?:file: \S+|run|prints)$/);
}

export interface Following {
  readonly folder: string;
  /** Where commands are found, before those of the machine. */
  readonly path: readonly string[];
  /** @default 20000 ms */
  readonly timeoutMillis?: number;
}

/** @returns how often what was printed was compared */
export async function follow({ blocks }: Page, { folder, path, timeoutMillis }: Following): Promise<number> {
  let printed: string | undefined;
  let compared = 0;
  for (const { mark, text } of blocks) {
    if (mark === 'run') {
      assert.equal(printed, undefined, `Nothing is said of what it prints:\n${text}`);
      const env = { PATH: [...path, process.env.PATH].join(':') };
      const { stdout, stderr, code } = await runNode({
        node: 'sh',
        args: ['-ec', text],
        cwd: folder,
        env,
        ...(timeoutMillis === undefined ? {} : { timeoutMillis }),
      });
      assert.deepEqual([stderr, code], ['', 0], text);
      printed = stdout;
    } else if (mark === 'prints') {
      assertPrinted(printed ?? '', text.trimEnd().split('\n'));
      printed = undefined;
      compared += 1;
    } else addFiles(folder, { [mark.slice('file: '.length)]: text });
  }
  assert.equal(printed, undefined);
  return compared;
}
