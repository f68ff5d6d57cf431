// SPDX-License-Identifier: Apache-2.0
// The probe: looks at the application from the inside, and writes down what it has seen when that ends.

import { subscribe } from 'node:diagnostics_channel';
import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { reasonOf } from '../../sdk/say.js';
import { writeToStderr } from '../../stderr.js';
import { PACKAGE_NAME } from '../../version.js';
import { type Ending, watchEnd } from './ending.js';
import { keepEntries } from './entries.js';
import { onRegistration } from './registrations.js';
import { watchSpans } from './spans.js';
import { sendTestSpan, type Test } from './test-span.js';

/** What `doctor` tells its probe, as JSON in the variable EVENTSOURCE_DOCTOR. */
export interface Orders {
  /** Where the report is written. */
  readonly file: string;
  /** What it is sealed with. */
  readonly key: string;
  /** How long an application that does not end by itself may run. */
  readonly limitMillis: number;
  /** NODE_OPTIONS as they were, for the application and what it starts. */
  readonly nodeOptions: string | undefined;
}

/** How long a receiver has for the test span. */
const PATIENCE_MILLIS = 3000;

start(JSON.parse(process.env.EVENTSOURCE_DOCTOR ?? '{}'));

function start({ file, key, limitMillis, nodeOptions }: Orders): void {
  delete process.env.EVENTSOURCE_DOCTOR;
  if (nodeOptions === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = nodeOptions;
  const variables = { ...process.env };
  attempt(() => writeFileSync(`${file}.begun`, ''));
  const entries = keepEntries();
  const spans = watchSpans();
  onRegistration((part, value) => {
    if (part === 'trace') spans.watchGlobal(value);
  });
  entries.onProvider(spans.watch);
  const started = countStarted();
  let test: Test = { state: 'not tried', traceId: undefined };

  const write = (ending: Ending) =>
    attempt(() => {
      // Not before: it loads tables and the API, which the application may not even have.
      const require = createRequire(import.meta.url);
      const { collect }: typeof import('./collect.js') = require('./collect.js');
      const { secretsIn }: typeof import('../secrets.js') = require('../secrets.js');
      const { seal }: typeof import('../sealed.js') = require('../sealed.js');
      const report = collect({ ending, entries, spans, test, variables, started: started() });
      const secrets = [...secretsIn(variables), ...secretsIn(process.env)];
      writeFileSync(`${file}.part`, seal({ report, secrets }, key));
      renameSync(`${file}.part`, file);
    });
  watchEnd({
    limitMillis,
    async beforeEnd() {
      test = await sendTestSpan(spans, PATIENCE_MILLIS);
    },
    write,
  });
}

/** A folder that cannot be written to is no reason for the application to end in another way. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    writeToStderr(`${PACKAGE_NAME}: the doctor cannot write what it sees: ${reasonOf(error)}\n`);
  }
}

/** @returns how many threads and processes the application has started */
function countStarted(): () => number {
  let count = 0;
  process.on('worker', ({ constructor: { name } }: object) => {
    // Those of Node.js itself, for loader hooks, are of another class.
    if (name === 'Worker') count++;
  });
  subscribe('child_process', () => {
    count++;
  });
  return () => count;
}
