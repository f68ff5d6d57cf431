// SPDX-License-Identifier: Apache-2.0
// Sagas over operators that wait: a command is never under the request of somebody else.
import assert from 'node:assert/strict';
import type { RecordedSpan } from '../../../testkit/bare-and-woven.js';
import { onEachNode } from '../../../testkit/child.js';
import { type NestVersion, nestCqrs, nestVersions, runApp } from '../../../testkit/library-apps.js';

const ROUNDS = 100;
const TYPE = 'eventsource.command.type';
const ID = 'eventsource.aggregate.id';
/** Operators that give what they were given while it is delivered; a buffer of two does so with the second. */
const AT_ONCE = ['AtOnce', 'BufferCount'];
/** Operators that give what they were given as it is: then it is known what a command was made of. */
const KNOWN = ['Delay', 'DebounceTime'];

describe('the commands of sagas on Nest CQRS, of two requests at a time', () => {
  for (const version of nestVersions) {
    onEachNode(
      `are under the request whose event is being delivered, else in a trace of their own that is linked to all events they were made of: ${version}, ${ROUNDS} rounds`,
      async (node) => {
        const { spans, seen } = await sagas(version, node);
        const commands = spans.filter(({ attributes }) => attributes[TYPE] !== undefined);
        assert.equal(commands.length, sum(Object.values(seen)));
        assert.ok(sum(Object.values(seen)) > 6 * ROUNDS, JSON.stringify(seen));
        assert.deepEqual(commands.flatMap((command) => faultsOf(command, spans)).slice(0, 5), []);
      },
    );
  }
});

async function sagas(version: NestVersion, node: string) {
  const { spans, seen } = await runApp(nestCqrs(version), {
    app: 'sagas',
    format: version === 12 ? 'mjs' : 'cjs',
    node,
    env: { ROUNDS: String(ROUNDS) },
  });
  return { spans, seen: seen as Record<string, number> };
}

function faultsOf(command: RecordedSpan, spans: readonly RecordedSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const { [TYPE]: type, [ID]: id } = command.attributes as Record<string, string>;
  const makers = String(id).split('+');
  const what = `${type} of ${id}`;
  let top = command;
  for (let at = byId.get(top.parent ?? ''); at !== undefined; at = byId.get(top.parent ?? '')) top = at;
  const linked = command.links.map((link) => byId.get(link)?.attributes[ID]);
  const twice = command.links.length - new Set(command.links).size;
  if (AT_ONCE.includes(String(type))) {
    if (top.name === makers.at(-1) && linked.length === 0) return [];
    return [`${what} is under ${top.name}, with ${linked.length} links`];
  }
  if (top !== command || command.parent !== undefined) return [`${what} is under ${top.name}`];
  if (twice > 0 || linked.length > 32) return [`${what} has ${linked.length} links, ${twice} of them twice`];
  if (KNOWN.includes(String(type)) && linked.length !== makers.length) return [`${what} has ${linked.length} links`];
  return makers.filter((maker) => !linked.includes(maker)).map((maker) => `${what} is not linked to ${maker}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
