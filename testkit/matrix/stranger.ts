// SPDX-License-Identifier: Apache-2.0
// The program that the README of the target shows, and the client for server-sent events that has the target's name beside it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addFiles, type ChildResult, runNode } from '../child.js';
import { packageName } from '../installed.js';
import { startOtlpReceiver } from '../otlp-receiver.js';
import type { Place } from './cells.js';
import { openTelemetry } from './design.js';

/** Beside both packages. */
export const strangersDependencies = { ...openTelemetry['2.x'], eventsource: '^3.0.0' };

const beside = `
import { EventSource as Client } from 'eventsource';
import './program.mjs';
console.log(typeof Client, Object.getOwnPropertyNames(Client.prototype).join());
`;

/** Says in what the program does not do what the page says, or what the client is not with ours as without; or that spans are missing. */
export async function faultOfStranger(
  target: string,
  { node, folder, limitMillis }: Place,
): Promise<string | undefined> {
  const readme = readFileSync(join(folder, 'node_modules', target, 'README.md'), 'utf8');
  const [program, text] = ['js', 'text'].map(
    (language) => readme.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '',
  );
  addFiles(folder, { 'program.mjs': program ?? '', 'beside.mjs': beside });
  const receiver = await startOtlpReceiver();
  try {
    const run = (...args: readonly string[]) =>
      runNode({
        node,
        args,
        cwd: folder,
        env: { ...receiver.env, OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '30000' },
        timeoutMillis: limitMillis,
      });
    const bare = toldBy(await run('beside.mjs'));
    const woven = toldBy(await run('--import', `${packageName}/register`, 'beside.mjs'));
    if (!bare.startsWith(JSON.stringify(text).slice(0, -1))) return `it prints ${bare}`;
    if (woven !== bare) return `${woven} instead of ${bare}`;
    return receiver.spans.some(({ name }) => name === 'eventsource.repository.save') ? undefined : 'no spans';
  } finally {
    await receiver.close();
  }
}

function toldBy({ stdout, stderr, code }: ChildResult): string {
  return [JSON.stringify(stdout), JSON.stringify(stderr), code].join();
}
