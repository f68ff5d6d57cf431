// SPDX-License-Identifier: Apache-2.0
// All that the doctor can find, in the order in which it is to be mended.
import type { Facts, FindingKind, FindingKinds, Weight } from '../facts.js';
import { ofExporting } from './exporting.js';
import { ofLibraries } from './library.js';
import { ofProcess } from './process.js';
import { ofSdk } from './sdk.js';
import { ofVariables } from './variables.js';

export const findings = {
  ...ofProcess,
  ...ofVariables,
  ...ofSdk,
  ...ofExporting,
  ...ofLibraries,
} as const satisfies FindingKinds;

export type FindingId = keyof typeof findings;

export interface Finding {
  readonly id: FindingId;
  readonly weight: Weight;
  readonly seen: readonly string[];
  readonly remedy: string;
}

export function find(facts: Facts): Finding[] {
  const found = Object.entries<FindingKind>(findings).flatMap(([id, { weight, remedy, find }]) => {
    const seen = [...new Set(find(facts))];
    return seen.length === 0 ? [] : [{ id: id as FindingId, weight, seen, remedy }];
  });
  const { spans, end } = facts.report;
  // An application that goes on has perhaps had nothing to do yet.
  const isNothingSeen = facts.hasApplication && spans.ours === 0 && end.how !== 'limit';
  return isNothingSeen ? found.map((finding) => ({ ...finding, weight: 'problem' as const })) : found;
}
