// SPDX-License-Identifier: Apache-2.0
// The application's own `diag` logger, for `--import`: every line that names this package goes into the file DIAG_FILE.
import { appendFileSync } from 'node:fs';
import { type DiagLogFunction, DiagLogLevel, diag } from '@opentelemetry/api';

const write =
  (level: string): DiagLogFunction =>
  (...said) => {
    const line = `${level} ${said.join(' ')}`;
    if (line.includes('instrumentation-eventsource')) {
      appendFileSync(process.env.DIAG_FILE ?? '', `${JSON.stringify(line)}\n`);
    }
  };

diag.setLogger(
  {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    verbose: write('verbose'),
  },
  { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
);
