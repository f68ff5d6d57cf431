// SPDX-License-Identifier: Apache-2.0
// The preload: `node --import opentelemetry-instrumentation-eventsource/register app.js`.
// It imports nothing that needs @opentelemetry/api, so that it can say in one line that this is missing. The rest is required,
// since a top-level await would not be allowed behind `require` and would let the next import of an application pass it by.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import said from './src/said.cjs';
import { writeToStderr } from './src/stderr.js';
import node from './src/supported-node.cjs';

const NAME = 'opentelemetry-instrumentation-eventsource';
const registered = Symbol.for(`${NAME}.registered`);

let pending: Promise<void> | undefined;
if (!(registered in globalThis)) {
  Object.defineProperty(globalThis, registered, { value: true });
  try {
    pending = register()?.catch(sayFailure);
  } catch (error) {
    sayFailure(error);
  }
}

/**
 * Makes this module a thenable while it is busy, for which `--import` then waits. It only is where an ES module cannot be
 * required: `--no-experimental-require-module`, Plug'n'Play on Node.js 20.
 */
// biome-ignore lint/suspicious/noThenProperty: that it is one is the point
export const then = pending && ((resolve: (value: undefined) => void) => pending.then(resolve as () => void));

function register(): Promise<void> | undefined {
  const unsupported = node.unsupportedNode(process.versions.node);
  if (unsupported !== undefined) {
    say(unsupported);
    return undefined;
  }
  const require = createRequire(import.meta.url);
  const version = apiVersion(require);
  if (version === undefined) say('nothing is instrumented, the API is not installed: npm install @opentelemetry/api');
  else if (!/^1\.(9|\d\d+)\./.test(version)) {
    say(`nothing is instrumented, @opentelemetry/api ${version} is not ^1.9.0: npm install @opentelemetry/api@^1.9.0`);
  } else {
    const preload = requirePreload(require);
    if (preload === undefined)
      return import('./src/preload.js').then(({ preloadWithoutRequire }) => preloadWithoutRequire());
    preload.preload();
  }
  return undefined;
}

function requirePreload(require: NodeJS.Require): typeof import('./src/preload.js') | undefined {
  try {
    return require('./src/preload.js');
  } catch (error) {
    const isRefused = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_REQUIRE_ESM';
    // Plug'n'Play does not find what a required ES module imports.
    if (isRefused || process.versions.pnp !== undefined) return undefined;
    throw error;
  }
}

function apiVersion(require: NodeJS.Require): string | undefined {
  let folder: string;
  try {
    folder = dirname(require.resolve('@opentelemetry/api'));
  } catch {
    return undefined;
  }
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (name === '@opentelemetry/api') return version;
    } catch {}
  }
  return undefined;
}

function sayFailure(error: unknown): void {
  const reason = String(error instanceof Error ? error.message : error);
  say(`nothing is instrumented: ${reason.split('\n', 1)[0]}`);
}

function say(message: string): void {
  if (said.isNews(message)) writeToStderr(`${NAME}: ${message}\n`);
}
