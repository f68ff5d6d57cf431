// SPDX-License-Identifier: Apache-2.0
// The preload: `node --import opentelemetry-instrumentation-eventsource/register app.js`, or `--require`.
// It imports nothing that needs @opentelemetry/api, so that it can say in one line that this is missing (decision D1). The
// rest is required: `import()` would be too late for the application's first imports, and a top-level await is not allowed
// behind `require`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const NAME = 'opentelemetry-instrumentation-eventsource';
const registered = Symbol.for(`${NAME}.registered`);

if (!(registered in globalThis)) {
  Object.defineProperty(globalThis, registered, { value: true });
  try {
    register();
  } catch (error) {
    say(`nothing is instrumented: ${error instanceof Error ? error.message : error}`);
  }
}

function register(): void {
  const require = createRequire(import.meta.url);
  const version = apiVersion(require);
  if (version === undefined) say('nothing is instrumented, the API is not installed: npm install @opentelemetry/api');
  else if (!/^1\.(9|\d\d+)\./.test(version)) {
    say(`nothing is instrumented, @opentelemetry/api ${version} is not ^1.9.0: npm install @opentelemetry/api@^1.9.0`);
  } else require('./src/preload.js').preload();
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

function say(message: string): void {
  process.stderr.write(`${NAME}: ${message}\n`);
}
