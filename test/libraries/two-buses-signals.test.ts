// SPDX-License-Identifier: Apache-2.0
// A row with instruments and log records, of a library other than eventsource, while providers come late, are replaced, are given by
// hand and shut down.
import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import { type LoggerProvider, logs } from '@opentelemetry/api-logs';
import * as exports from 'two-buses';
import { weaveClasses } from '../../src/weaving/classes.js';
import { recordingLogs, recordingMetrics } from '../../testkit/signals.js';
import { testRuntime } from '../../testkit/telemetry.js';
import { twoBuses } from '../../testkit/two-buses.js';

const entries = (count: number) => Array.from({ length: count }, () => ({ account: 'a', amount: 1 }));

describe('the instruments and loggers of a library’s rows', () => {
  const runtime = testRuntime();
  let undo: () => void;
  before(() => {
    ({ undo } = weaveClasses(runtime, twoBuses.aspects, exports));
  });
  afterEach(() => {
    metrics.disable();
    logs.disable();
    runtime.providers.metrics.use(undefined);
    runtime.providers.logs.use(undefined);
  });
  after(() => undo());

  it('are those of the provider that is there at the call, whichever way it came', async () => {
    const ledger = new exports.Ledger();
    await ledger.append(entries(7));
    const [late, next, byHand] = [recordingMetrics(), recordingMetrics(), recordingMetrics()];
    const [lateLogs, nextLogs, logsByHand] = [recordingLogs(), recordingLogs(), recordingLogs()];
    metrics.setGlobalMeterProvider(late.provider);
    logs.setGlobalLoggerProvider(lateLogs.provider as LoggerProvider);
    await ledger.append(entries(1));
    metrics.disable();
    logs.disable();
    metrics.setGlobalMeterProvider(next.provider);
    logs.setGlobalLoggerProvider(nextLogs.provider as LoggerProvider);
    await assert.rejects(ledger.append([{ account: 'a', amount: Number.NaN }]), RangeError);
    await ledger.append(entries(2));
    runtime.providers.metrics.use(byHand.provider);
    runtime.providers.logs.use(logsByHand.provider);
    await ledger.append(entries(3));
    const append = 'two_buses.append.duration';
    assert.deepEqual(
      [await late.collect(), await next.collect(), await byHand.collect()],
      [
        { 'two_buses.entries': 1, [append]: 1 },
        { 'two_buses.entries': 2, [append]: 2 },
        { 'two_buses.entries': 3, [append]: 1 },
      ],
    );
    const said = [lateLogs, nextLogs, logsByHand].map(({ records }) =>
      records.map(({ logger, severityText, body }) => `${logger} ${severityText} ${body}`),
    );
    assert.deepEqual(said, [
      ['two_buses.ledger INFO appended'],
      ['two_buses.ledger ERROR not appended', 'two_buses.ledger INFO appended'],
      ['two_buses.ledger INFO appended'],
    ]);
  });

  it('do no harm once their provider has shut down', async () => {
    const { provider } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const ledger = new exports.Ledger();
    await ledger.append(entries(1));
    await provider.shutdown();
    assert.equal(await ledger.append(entries(1)), 2);
  });
});
