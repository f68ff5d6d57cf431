// SPDX-License-Identifier: Apache-2.0
// The command: `opentelemetry-instrumentation-eventsource doctor`.
import { type Asked, readArguments, usage } from './arguments.js';
import { diagnose } from './doctor.js';
import { asJson, asText } from './screen.js';

const BAD_USAGE = 2;

const asked = readArguments(process.argv.slice(2));
if (asked === 'help') console.log(usage);
else if (typeof asked === 'string') {
  console.error(`${asked}\n\n${usage}`);
  process.exitCode = BAD_USAGE;
} else await run(asked);

async function run(asked: Asked): Promise<void> {
  const diagnosis = await diagnose(asked, process.env);
  console.log(asked.json ? asJson(diagnosis) : asText(diagnosis));
  process.exitCode = diagnosis.findings.some(({ weight }) => weight === 'problem') ? 1 : 0;
}
