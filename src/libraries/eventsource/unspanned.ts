// SPDX-License-Identifier: Apache-2.0
// Why a public method gives no span of its own, as the table of docs/spans.md says it.

export type Reason =
  | 'eventsource-py has none'
  | 'set-up and end'
  | 'bookkeeping in memory'
  | 'only what it calls gives spans'
  | 'ends the loop; the message in hand keeps its spans';

/** One reason for several methods: `unspanned: { ...none('set-up and end', 'connect', 'close') }`. */
export function none(reason: Reason, ...methods: readonly string[]): Readonly<Record<string, Reason>> {
  return Object.fromEntries(methods.map((method) => [method, reason]));
}
