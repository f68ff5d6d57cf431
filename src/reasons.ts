// SPDX-License-Identifier: Apache-2.0
// Why something was thrown, as a message says it. Anything can be thrown: `undefined`, a revoked proxy, an object whose `toString`
// throws, 5 MB of text. Loads where the API is not installed.
import { cut } from './weaving/texts.js';

/** Characters. */
const LONGEST_REASON = 300;

/** The first line of what a thrown value says, in bounded length. Never throws. */
export function reasonOf(thrown: unknown): string {
  const [line = ''] = textOf(thrown).trimStart().split('\n', 1);
  return cut(line, LONGEST_REASON);
}

/** A word of a thrown value where that is a text, such as the code of an error. Never throws. */
export function textIn(thrown: unknown, word: 'code' | 'stack'): string | undefined {
  try {
    const text = (thrown as Readonly<Record<string, unknown>> | null | undefined)?.[word];
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

function textOf(thrown: unknown): string {
  try {
    const message = (thrown as { readonly message?: unknown } | null | undefined)?.message;
    return String(message ?? thrown) || String(thrown);
  } catch {
    return 'what was thrown cannot be read';
  }
}
