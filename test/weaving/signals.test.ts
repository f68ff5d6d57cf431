// SPDX-License-Identifier: Apache-2.0
// Rows with instruments and loggers, whichever provider is there at the moment of the call.
import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import { type LoggerProvider, logs } from '@opentelemetry/api-logs';
import { type Call, rows } from '../../src/weaving/aspect.js';
import { severities } from '../../src/weaving/signals.js';
import { recordingLogs, recordingMetrics } from '../../testkit/signals.js';
import { startTelemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

class Ledger {
  async append(entries: readonly string[]) {
    if (entries.length === 0) throw new RangeError('nothing to append');
    return entries.length;
  }
}
type Append = Call<Ledger, [readonly string[]], number>;

const appended = { kind: 'counter', name: 'entries', unit: '{entry}' } as const;
const duration = { kind: 'histogram', name: 'append.duration', unit: 's', buckets: [0.001, 0.1] } as const;
const failures = { kind: 'counter', name: 'append.failures' } as const;

const append = {
  span: 'append',
  metrics: [
    { instrument: appended, value: ({ result }: Append) => result, on: 'success' },
    { instrument: duration, attributes: { kind: 'ledger' } },
    { instrument: failures, on: 'failure' },
  ],
  logs: [
    {
      logger: 'ledger',
      severity: 'info',
      body: 'appended',
      attributes: { n: ({ result }: Append) => result },
      on: 'success',
    },
    { logger: 'ledger', severity: 'error', body: ({ args }: Append) => `failed on ${args[0].length}`, on: 'failure' },
    { logger: 'ledger.detail', severity: 'debug', body: 'asked to append' },
  ],
} as const;

function wovenLedger(runtime = testRuntime()) {
  const Woven = class extends Ledger {
    override async append(entries: readonly string[]) {
      return super.append(entries);
    }
  };
  weaveClass(Woven, { methods: rows<Ledger>({ append }) }, runtime);
  return new Woven();
}

describe('the instruments of a row', () => {
  afterEach(() => metrics.disable());

  it('are those of the meter provider that is there: one that comes late, is replaced, is given by hand', async () => {
    const runtime = testRuntime();
    const ledger = wovenLedger(runtime);
    await ledger.append(['lost']);
    const first = recordingMetrics();
    metrics.setGlobalMeterProvider(first.provider);
    await ledger.append(['a', 'b']);
    await assert.rejects(ledger.append([]));
    assert.deepEqual(await first.collect(), {
      entries: 2,
      'append.duration{kind=ledger}': 2,
      'append.failures': 1,
    });
    metrics.disable();
    const second = recordingMetrics();
    metrics.setGlobalMeterProvider(second.provider);
    await ledger.append(['c']);
    const byHand = recordingMetrics();
    runtime.providers.metrics.use(byHand.provider);
    await ledger.append(['d', 'e', 'f']);
    assert.deepEqual((await first.collect()).entries, 2);
    assert.deepEqual((await second.collect()).entries, 1);
    assert.deepEqual((await byHand.collect()).entries, 3);
  });

  it('record nothing and break nothing once their provider has shut down', async () => {
    const { provider } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const ledger = wovenLedger();
    assert.equal(await ledger.append(['a']), 1);
    await provider.shutdown();
    assert.equal(await ledger.append(['a', 'b']), 2);
  });

  it('measure a call whose span nobody wants', async () => {
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const Silent = class extends Ledger {
      override async append(entries: readonly string[]) {
        return super.append(entries);
      }
    };
    weaveClass(Silent, { tracing: () => false, methods: rows<Ledger>({ append }) });
    await new Silent().append(['a']);
    assert.equal((await collect()).entries, 1);
  });
});

describe('the loggers of a row', () => {
  afterEach(() => logs.disable());
  const bodies = (recorded: ReturnType<typeof recordingLogs>) => recorded.records.map(({ body }) => body);

  it('are those of the logger provider that is there: one that comes late, is replaced, is given by hand', async () => {
    const runtime = testRuntime();
    const ledger = wovenLedger(runtime);
    await ledger.append(['lost']);
    const [first, second, byHand] = [recordingLogs(), recordingLogs(), recordingLogs()];
    logs.setGlobalLoggerProvider(first.provider as LoggerProvider);
    await ledger.append(['a']);
    logs.disable();
    logs.setGlobalLoggerProvider(second.provider as LoggerProvider);
    await assert.rejects(ledger.append([]));
    runtime.providers.logs.use(byHand.provider);
    await ledger.append(['b']);
    assert.deepEqual([bodies(first), bodies(second), bodies(byHand)], [['appended'], ['failed on 0'], ['appended']]);
  });

  it('are named, know their level, and tell an exception where there is one', async () => {
    const telemetry = startTelemetry();
    const levels: Record<string, number> = { ledger: severities.error, 'ledger.detail': severities.debug };
    const runtime = testRuntime({ severity: (logger) => levels[logger] ?? severities.info });
    const recorded = recordingLogs();
    runtime.providers.logs.use(recorded.provider);
    const ledger = wovenLedger(runtime);
    await ledger.append(['a']);
    await assert.rejects(ledger.append([]));
    telemetry.stop();
    assert.deepEqual(
      recorded.records.map(({ logger, severityNumber, severityText, attributes }) => [
        logger,
        severityNumber,
        severityText,
        attributes?.['exception.type'],
        attributes?.['exception.message'],
      ]),
      [
        ['ledger.detail', 5, 'DEBUG', undefined, undefined],
        ['ledger', 17, 'ERROR', 'RangeError', 'nothing to append'],
        ['ledger.detail', 5, 'DEBUG', 'RangeError', 'nothing to append'],
      ],
    );
  });
});
