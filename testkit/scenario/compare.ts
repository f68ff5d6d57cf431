// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { MetricRow, SpanNode } from './result.js';

/**
 * Where the actual forest differs from the expected one, a line for each difference; none when they are equal by the
 * rules of README.md, Comparison: siblings as sets with repetition, `<volatile>` equal to anything present, `open` keys.
 */
export function compareSpans(expected: readonly SpanNode[], actual: readonly SpanNode[], path = ''): string[] {
  const pairing = largestPairing(expected, actual, sameSpan);
  const extra = actual.filter((_, index) => !pairing.includes(index));
  const missing = expected.filter((_, index) => pairing[index] === undefined);
  const differences = missing.flatMap((node) => {
    const nearest = takeNearest(node, extra);
    return nearest ? differencesOf(node, nearest, path) : [`${path}${node.name}: missing`];
  });
  return [...differences, ...extra.map((node) => `${path}${node.name}: not expected, with ${show(node.attributes)}`)];
}

/** Where the actual metric rows differ from the expected ones (README.md, Comparison, last rule). */
export function compareMetrics(expected: readonly MetricRow[], actual: readonly MetricRow[]): string[] {
  const [wanted, found] = [expected.filter(isCompared), actual.filter(isCompared)];
  const pairing = largestPairing(wanted, found, sameRow);
  const missing = wanted.filter((_, index) => pairing[index] === undefined);
  const extra = found.filter((row, index) => row.type !== 'gauge' && !pairing.includes(index));
  return [
    ...missing.map((row) => `metric ${show(row)}: missing`),
    ...extra.map((row) => `metric ${show(row)}: not expected`),
  ];
}

function sameSpan(expected: SpanNode, actual: SpanNode): boolean {
  if (expected.name !== actual.name || ownDifferences(expected, actual).length > 0) return false;
  const [below, actuallyBelow] = [expected.children ?? [], actual.children ?? []];
  if (below.length !== actuallyBelow.length) return false;
  return largestPairing(below, actuallyBelow, sameSpan).every((index) => index !== undefined);
}

function differencesOf(expected: SpanNode, actual: SpanNode, path: string): string[] {
  const here = `${path}${expected.name}`;
  return [
    ...ownDifferences(expected, actual).map((difference) => `${here}: ${difference}`),
    ...compareSpans(expected.children ?? [], actual.children ?? [], `${here} > `),
  ];
}

function ownDifferences(expected: SpanNode, actual: SpanNode): string[] {
  const facts = (['kind', 'status', 'scope', 'exceptions'] as const).filter(
    (fact) => !isDeepStrictEqual(expected[fact], actual[fact]),
  );
  const differences = facts.map((fact) => expectation(fact, expected[fact], actual[fact]));
  const [links, actualLinks] = [expected.links ?? [], actual.links ?? []].map((names) => [...names].sort());
  if (!isDeepStrictEqual(links, actualLinks)) differences.push(expectation('links', links, actualLinks));
  return [...differences, ...attributeDifferences(expected, actual)];
}

function attributeDifferences(
  { attributes: expected, open = {} }: SpanNode,
  { attributes: actual }: SpanNode,
): string[] {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual), ...Object.keys(open)])].sort();
  const differing = keys.filter((key) => {
    const allowed = open[key];
    if (allowed) return key in actual && !allowed.some((value) => sameValue(value, actual[key]));
    return !(key in expected && key in actual && sameValue(expected[key], actual[key]));
  });
  return differing.map((key) => expectation(`attribute ${key}`, open[key] ?? expected[key], actual[key]));
}

function sameValue(expected: unknown, actual: unknown): boolean {
  return expected === '<volatile>' || isDeepStrictEqual(expected, actual);
}

function isCompared({ name }: MetricRow): boolean {
  const ours = name.startsWith('kafka.eventbus.') || name.startsWith('subscription.');
  return ours && !/^kafka\.eventbus\.(reconnections|rebalances|connection\.errors|consumer\.lag)$/.test(name);
}

function sameRow(expected: MetricRow, actual: MetricRow): boolean {
  const { attributes: wanted = {}, ...row } = expected;
  const { attributes: found = {}, ...actualRow } = actual;
  const keys = new Set([...Object.keys(wanted), ...Object.keys(found)]);
  return (
    isDeepStrictEqual(row, actualRow) &&
    [...keys].every((key) => key in wanted && key in found && sameValue(wanted[key], found[key]))
  );
}

/**
 * The largest pairing of equal items: for each expected one the index of its partner, or undefined. Greedy pairing would
 * not do, because an expected node with `open` keys equals several actual ones (augmenting paths, Kuhn 1955).
 */
function largestPairing<T>(
  expected: readonly T[],
  actual: readonly T[],
  same: (expected: T, actual: T) => boolean,
): (number | undefined)[] {
  const partnersOf = expected.map((item) => actual.flatMap((other, index) => (same(item, other) ? [index] : [])));
  const owner: (number | undefined)[] = actual.map(() => undefined);

  function place(item: number, tried: Set<number>): boolean {
    for (const partner of partnersOf[item] ?? []) {
      if (tried.has(partner)) continue;
      tried.add(partner);
      const current = owner[partner];
      if (current === undefined || place(current, tried)) {
        owner[partner] = item;
        return true;
      }
    }
    return false;
  }

  for (const item of expected.keys()) place(item, new Set());
  return expected.map((_, item) => {
    const partner = owner.indexOf(item);
    return partner < 0 ? undefined : partner;
  });
}

/** Removes from `candidates` and returns the one of the same name with the fewest differences. */
function takeNearest(node: SpanNode, candidates: SpanNode[]): SpanNode | undefined {
  const [nearest] = candidates
    .filter(({ name }) => name === node.name)
    .map((candidate) => ({ candidate, distance: differencesOf(node, candidate, '').length }))
    .sort((one, other) => one.distance - other.distance);
  if (nearest) candidates.splice(candidates.indexOf(nearest.candidate), 1);
  return nearest?.candidate;
}

function expectation(what: string, expected: unknown, actual: unknown): string {
  return `${what}: expected ${show(expected)}, got ${show(actual)}`;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
