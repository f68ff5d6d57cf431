// SPDX-License-Identifier: Apache-2.0
// The probe: looks at the application from the inside, and writes down what it has seen when that ends.
import { renameSync, writeFileSync } from 'node:fs';
import { collect } from './collect.js';
import { type Ending, watchEnd } from './ending.js';
import { keepEntries } from './entries.js';
import { onRegistration } from './registrations.js';
import { watchSpans } from './spans.js';
import { sendTestSpan, type Test } from './test-span.js';

/** What `doctor` tells its probe, as JSON in the variable EVENTSOURCE_DOCTOR. */
export interface Orders {
  /** Where the report is written. */
  readonly file: string;
  /** How long an application that does not end by itself may run. */
  readonly limitMillis: number;
  /** NODE_OPTIONS as they were, for the application and what it starts. */
  readonly nodeOptions: string | undefined;
}

/** How long a receiver has for the test span. */
const PATIENCE_MILLIS = 3000;

start(JSON.parse(process.env.EVENTSOURCE_DOCTOR ?? '{}'));

function start({ file, limitMillis, nodeOptions }: Orders): void {
  delete process.env.EVENTSOURCE_DOCTOR;
  if (nodeOptions === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = nodeOptions;
  const variables = { ...process.env };
  const entries = keepEntries();
  const spans = watchSpans();
  onRegistration((part, value) => {
    if (part === 'trace') spans.watchGlobal(value);
  });
  entries.onProvider(spans.watch);
  let test: Test = { state: 'not tried', traceId: undefined };

  const write = (ending: Ending) => {
    const report = collect({ ending, entries, spans, test, variables });
    writeFileSync(`${file}.part`, JSON.stringify(report));
    renameSync(`${file}.part`, file);
  };
  watchEnd({
    limitMillis,
    async beforeEnd() {
      test = await sendTestSpan(spans, PATIENCE_MILLIS);
    },
    write,
  });
}
