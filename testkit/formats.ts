// SPDX-License-Identifier: Apache-2.0
// The ways in which an application loads its modules: as ES module or CommonJS, on a Node.js with one kind of hooks or the other.
import { nodeMajors, onNode } from './child.js';

export const formats = ['mjs', 'cjs'] as const;
export type Format = (typeof formats)[number];

/**
 * Declares one test for each format, each on another Node.js. A list of applications is run in all four ways by any two that follow
 * each other, and each of them meets both formats and both kinds of hooks. EVERY_WAY=1 declares all four for each.
 *
 * @param place in the list: odd ones have it the other way round
 */
export function inEachFormat(
  place: number,
  title: string,
  body: (way: { readonly format: Format; readonly node: string }) => Promise<void>,
): void {
  for (const [of, format] of formats.entries()) {
    for (const [on, major] of nodeMajors.entries()) {
      if ((place + of + on) % 2 !== 0 && process.env.EVERY_WAY !== '1') continue;
      onNode(major, `${title}, ${format}`, (node) => body({ format, node }));
    }
  }
}
