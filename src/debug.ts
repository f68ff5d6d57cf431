// SPDX-License-Identifier: Apache-2.0
// What is said at level debug. Modules are woven before an SDK sets the logger of `diag`, so it is kept until there is one. Who asks for
// it by `OTEL_LOG_LEVEL` and has no logger reads it on stderr.
import { variable } from './settings.js';
import { writeToStderr } from './stderr.js';
import { PACKAGE_NAME } from './version.js';
import { isDiagHeard } from './warn.js';
import { diag } from './weaving/diag.js';
import { ignoringErrors } from './weaving/telling.js';

const MOST_LINES = 200;
const PATIENCE_MILLIS = 1000;

let kept: string[] = [];
let leftOut = 0;
let waits: 'not yet' | 'now' | 'no more' = 'not yet';

export function sayAtDebug(text: string): void {
  if (kept.length < MOST_LINES) kept.push(text);
  else leftOut++;
  if (isDiagHeard()) tellKept();
  else if (isAskedFor()) waitForLogger();
}

/** What only interests who asks for this level by the environment. */
export function sayWhereAsked(text: string): void {
  if (isAskedFor()) sayAtDebug(text);
}

/** Gives what was kept to the logger of `diag`, if there is one by now. */
export function tellKept(): void {
  if (isDiagHeard()) tell((line) => ignoringErrors(() => diag.debug(line)));
}

function waitForLogger(): void {
  if (waits === 'no more') tell(toStderr);
  if (waits !== 'not yet') return;
  waits = 'now';
  const end = () => {
    clearTimeout(timer);
    process.removeListener('exit', end);
    waits = 'no more';
    tellKept();
    tell(toStderr);
  };
  const timer = setTimeout(end, PATIENCE_MILLIS).unref();
  process.once('exit', end);
}

function tell(say: (line: string) => void): void {
  const lines = leftOut === 0 ? kept : [...kept, `${leftOut} more lines`];
  kept = [];
  leftOut = 0;
  for (const line of lines) say(`${PACKAGE_NAME}: ${line}`);
}

function toStderr(line: string): void {
  writeToStderr(`${line}\n`);
}

function isAskedFor(): boolean {
  return /^(?:debug|verbose|all)$/i.test(variable(process.env, 'OTEL_LOG_LEVEL') ?? '');
}
