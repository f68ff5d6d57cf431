// SPDX-License-Identifier: Apache-2.0
// The examples of docs/guide.md, each a file in fixtures/guide, and what each says at its end that comes of it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../testkit/child.js';
import type { ServerName } from '../../testkit/servers.js';

const folder = join(root, 'fixtures/guide');

export interface Example {
  readonly name: string;
  readonly text: string;
  /** Whether its spans are printed, by an exporter of its own. */
  readonly onConsole: boolean;
  /** Whether it makes a provider of its own; otherwise the preload makes one of the environment. */
  readonly hasProvider: boolean;
  /** The broker that it needs. */
  readonly server: ServerName | undefined;
  readonly claims: Claims;
}

/** What stands below `// Prints:` and the like; `undefined` where nothing is said of it. */
export type Claims = Readonly<Partial<Record<(typeof kinds)[number], readonly string[]>>>;

const kinds = ['Prints', 'Says', 'Spans', 'Metrics', 'Logs'] as const;
const servers: readonly (readonly [RegExp, ServerName])[] = [
  [/RabbitMQEventBus/, 'rabbitmq'],
  [/KafkaEventBus/, 'kafka'],
  [/PostgreSQL/, 'postgresql'],
];

/** All files of the guide, in its order. */
export const fileNames: readonly string[] = readdirSync(folder)
  .filter((name) => /^\d\d-/.test(name))
  .sort();

export const examples: readonly Example[] = fileNames.filter((name) => name.endsWith('.ts')).map(exampleOf);

export function textOf(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

function exampleOf(name: string): Example {
  const text = textOf(name);
  return {
    name,
    text,
    onConsole: text.includes('ConsoleSpanExporter'),
    hasProvider: /from '@opentelemetry\/(?:sdk|exporter)-/.test(text),
    server: servers.find(([pattern]) => pattern.test(text))?.[1],
    claims: claimsOf(text),
  };
}

/** The last comment of a file: a heading for each kind of output, and below it the lines, indented; `// Spans: none` has none. */
function claimsOf(text: string): Claims {
  const claims: Partial<Record<(typeof kinds)[number], string[]>> = {};
  const comment = text.slice(text.lastIndexOf('\n\n// ')).trim().split('\n');
  let lines: string[] = [];
  for (const line of comment) {
    const kind = kinds.find((each) => new RegExp(`^// ${each}(?:, .*)?:(?: none)?$`).test(line));
    if (kind === undefined) lines.push(line.replace(/^\/\/ {3}/, ''));
    else claims[kind] = lines = [];
  }
  return claims;
}
