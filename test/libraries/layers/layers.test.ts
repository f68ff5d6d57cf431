// SPDX-License-Identifier: Apache-2.0
// Two libraries in one application, one above the other: each has its spans, and a command counts once. RECORD=1 writes anew what is
// compared; look at each difference.
import assert from 'node:assert/strict';
import { onEachNode } from '../../../testkit/child.js';
import { formats } from '../../../testkit/formats.js';
import { assertForest, nestAboveEmmett, runApp } from '../../../testkit/library-apps.js';

describe('an application on Nest CQRS above Emmett', () => {
  for (const format of formats) {
    onEachNode(
      `gives the spans, measurements and records that were recorded, and does what it does bare: ${format}`,
      (node) => assertForest(nestAboveEmmett, { app: 'shop', format, node }),
    );
  }

  it('writes the records of both at the levels that were set, and to stderr where that was asked for', async () => {
    const env = {
      OTEL_INSTRUMENTATION_EVENTSOURCE_LOG_LEVEL: 'off,eventsource.commands=warn',
      OTEL_INSTRUMENTATION_EVENTSOURCE_LOG_SINK: 'text',
    };
    const { signals, stderr } = await runApp(nestAboveEmmett, { app: 'shop', format: 'mjs', env });
    assert.deepEqual(
      signals.records.map(({ logger, severity, body }) => `${severity} ${logger}: ${body}`),
      ['ERROR eventsource.commands: command failed'],
    );
    assert.match(stderr, /^\S+ \[ERROR\] eventsource\.commands .*command failed.*\n$/);
  });
});
