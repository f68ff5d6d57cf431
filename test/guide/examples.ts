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
  /** The server that it needs. */
  readonly server: ServerName | undefined;
  /** What comes of it, by the variable that must be set for it: '' for none. */
  readonly claims: Readonly<Record<string, Claims>>;
}

const kinds = ['Prints', 'Stderr', 'Spans', 'Metrics', 'Logs'] as const;
type Kind = (typeof kinds)[number];
export type Claims = Partial<Record<Kind, string[]>> & { readonly inAnyOrder?: boolean };

const servers: readonly (readonly [RegExp, ServerName])[] = [
  [/RabbitMQEventBus/, 'rabbitmq'],
  [/KafkaEventBus/, 'kafka'],
];

/** All files of the guide, in its order. */
export const fileNames: readonly string[] = readdirSync(folder)
  .filter((name) => /^\d\d-/.test(name))
  .sort();

export const examples: readonly Example[] = fileNames.filter((name) => name.endsWith('.ts')).map(exampleOf);

export function exampleNamed(name: string): Example {
  const example = examples.find((each) => each.name === name);
  if (example === undefined) throw new Error(`The guide has no example ${name}`);
  return example;
}

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

/**
 * The last comment of a file: `// Spans:` and the like, and below it the lines, indented. `// Spans, with NAME=value:` is what comes
 * of it with that variable; `// Prints, in any order:` is for lines of several writers.
 */
function claimsOf(text: string): Record<string, Claims> {
  const claims: Record<string, Claims> = {};
  const comment = text.slice(text.lastIndexOf('\n\n// ')).trim().split('\n');
  let lines: string[] = [];
  for (const line of comment) {
    const [, kind, variable = ''] =
      /^\/\/ (Prints|Stderr|Spans|Metrics|Logs)(?:, with (\S+=\S*))?[^:]*:$/.exec(line) ?? [];
    if (kind === undefined) {
      if (!line.startsWith('//   '))
        throw new Error(`This is neither a heading nor a line of what comes of it: ${line}`);
      lines.push(line.slice(5));
    } else {
      lines = [];
      const inAnyOrder = line.includes('in any order') ? { inAnyOrder: true } : {};
      claims[variable] = { ...claims[variable], ...inAnyOrder, [kind as Kind]: lines };
    }
  }
  return claims;
}
