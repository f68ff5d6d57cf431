// SPDX-License-Identifier: Apache-2.0
// Files of variables, which the application has and the doctor has not: those that Node.js is told to read, and those that dotenv would.
import { readdirSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Environment } from '../settings.js';

const FLAG = /^--env-file(?:-if-exists)?(?:=(.*))?$/s;

/** Of the files that flags name, as Node.js reads them: the last file that has a variable says it. */
export function namedVariables(flags: readonly string[]): Environment {
  const files = flags.flatMap((flag, index) => {
    const found = FLAG.exec(flag);
    const file = found === null ? undefined : (found[1] ?? flags[index + 1]);
    return file === undefined ? [] : [file];
  });
  return Object.assign({}, ...files.map(variablesIn));
}

/** Of all that are called `.env` or `.env.something` where the application is started, whoever reads them. */
export function usualVariables(): readonly Environment[] {
  try {
    return readdirSync('.')
      .filter((name) => /^\.env(?:\.|$)/.test(name))
      .map(variablesIn);
  } catch {
    return [];
  }
}

/** One that is not there has none; Node.js says so, where it must be there. */
function variablesIn(file: string): Environment {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
