// SPDX-License-Identifier: Apache-2.0
// The command line: what is for the doctor, what is for Node.js, and what is for the application.

import { existsSync } from 'node:fs';

export interface Asked {
  /** Flags for Node.js. */
  readonly flags: readonly string[];
  /** The application and its arguments; none to look at the preload and the SDK alone. */
  readonly application: readonly string[];
  readonly limitMillis: number;
  readonly json: boolean;
}

/** Commands that start an application, and are no file that Node.js runs, each with what to write in their place. */
const STARTERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['npm', 'npx', 'yarn', 'pnpm', 'bun', 'deno'].map((name) => [
      name,
      `Take what the script runs (\`npm pkg get scripts\`)`,
    ]),
  ),
  node: 'Leave out `node`',
  nest: 'Take what it has built: `dist/main.js`',
  next: 'Take `node_modules/next/dist/bin/next start`',
  tsx: 'Take the flag: `--import tsx app.ts`',
  'ts-node': 'Take the flag: `--require ts-node/register app.ts`',
  nodemon: 'Take the file that it runs',
  pm2: 'Take the file that it runs',
};

const NAME = 'opentelemetry-instrumentation-eventsource';
const SECONDS = 10;
const MOST_SECONDS = 86_400;

export const usage = `Usage: ${NAME} doctor [flags of Node.js] [--json] [--for seconds] [application [its arguments]]

Runs the application as Node.js would with these flags, and says why telemetry of it is missing.

  --import, --require, --env-file, …   as for node; NODE_OPTIONS counts as well
  --for <seconds>   how long an application that does not end by itself may run (default: ${SECONDS})
  --json            findings with stable ids, and what was seen, as JSON

Without an application, an empty program is run with the preload. Exit code: 0 nothing found, 1 problems, 2 where
the command line cannot be understood.`;

/** Flags of Node.js that take the next argument as their value. */
const WITH_VALUE = new Set([
  ...['--import', '--require', '-r', '--loader', '--experimental-loader', '--env-file', '--env-file-if-exists'],
  ...['--conditions', '-C', '--input-type', '--title', '--watch-path', '--disable-warning'],
  ...['--test-reporter', '--test-reporter-destination', '--test-name-pattern', '--test-skip-pattern', '--test-shard'],
  ...['--icu-data-dir', '--openssl-config', '--redirect-warnings', '--diagnostic-dir', '--inspect-port'],
]);

/** @returns what is asked for; `help`; or what is wrong */
export function readArguments(args: readonly string[]): Asked | string {
  const [command, ...rest] = args;
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') return 'help';
  if (command !== 'doctor') return `There is no command ${command}.`;
  const flags: string[] = [];
  let [json, seconds] = [false, SECONDS];
  let index = 0;
  for (; index < rest.length && isFlag(rest[index]); index++) {
    const argument = rest[index] as string;
    if (argument === '--help' || argument === '-h') return 'help';
    if (argument === '--') {
      index++;
      break;
    }
    if (argument === '--json') json = true;
    else if (argument === '--for' || argument.startsWith('--for=')) {
      const value = argument === '--for' ? rest[++index] : argument.slice('--for='.length);
      seconds = value === undefined || value === '' ? Number.NaN : Number(value);
      if (!(seconds > 0 && seconds <= MOST_SECONDS)) return `--for takes a number of seconds, not ${value}.`;
    } else if (WITH_VALUE.has(argument)) {
      const value = rest[++index];
      if (value === undefined) return `${argument} takes a value.`;
      flags.push(argument, value);
    } else flags.push(argument);
  }
  const application = rest.slice(index);
  const [name = ''] = application;
  if (Object.hasOwn(STARTERS, name) && !existsSync(name)) {
    return `${name} is a command; the application is a file, such as app.js. ${STARTERS[name]}.`;
  }
  return { flags, application, limitMillis: seconds * 1000, json };
}

/** A dash alone is a program on stdin. */
function isFlag(argument: string | undefined): boolean {
  return argument?.startsWith('-') === true && argument !== '-';
}

/** Without an application there is one all the same where Node.js looks for files of tests itself. */
export function hasApplication({ flags, application }: Pick<Asked, 'flags' | 'application'>): boolean {
  return application.length > 0 || flags.includes('--test');
}
