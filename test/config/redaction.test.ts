// SPDX-License-Identifier: Apache-2.0
// What an application takes out of its exceptions is nowhere in its telemetry: spans, log records, spans of its own components.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { traced } from '../../src/custom/index.js';
import { redactionOf, useRedaction } from '../../src/redaction.js';
import type { ExceptionText } from '../../src/weaving/failure.js';
import type { WrittenRecord } from '../../src/weaving/written-record.js';
import { applicationWith, register, root, runNode, usePackages } from '../../testkit/child.js';
import { recordingLogs } from '../../testkit/signals.js';
import { startTelemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

const SECRET = 'card 4711';

class NotCharged extends Error {}

function sayingOf(span: ReadableSpan | undefined) {
  return { status: span?.status.message, attributes: span?.events[0]?.attributes };
}

/** All that a failing call says, on its span, through the Logs API and to the sink. */
function saidBy(option: unknown, error: unknown = new NotCharged(SECRET)) {
  const complaints: string[] = [];
  const sunk: WrittenRecord[] = [];
  const redact = redactionOf(option, (said) => complaints.push(said));
  const runtime = testRuntime({ redact, sink: (record) => void sunk.push(record) });
  const recorded = recordingLogs();
  runtime.providers.logs.use(recorded.provider);
  const telemetry = startTelemetry();
  class Till {
    charge() {
      throw error;
    }
  }
  const logs = [{ logger: 'till', severity: 'error', body: 'not charged' }] as const;
  weaveClass(Till, { methods: { charge: { span: 'charge', logs } } }, runtime);
  for (let i = 0; i < 3; i++) {
    assert.throws(
      () => new Till().charge(),
      (thrown) => thrown === error,
    );
  }
  const [span] = telemetry.spans();
  telemetry.stop();
  const [record] = recorded.records;
  return { span: sayingOf(span), record: record?.attributes, sunk: sunk[0]?.exception, complaints };
}

describe('option redactException', () => {
  it('rewrites what spans, log records and the sink say of an exception', () => {
    const seen: ExceptionText[] = [];
    const { span, record, sunk, complaints } = saidBy((exception: ExceptionText) => {
      seen.push(exception);
      return { ...exception, message: exception.message.replace(/\d+/, '…'), stacktrace: 'none of your business' };
    });
    const expected = { type: 'NotCharged', message: 'card …', stacktrace: 'none of your business' };
    const attributes = {
      'exception.type': expected.type,
      'exception.message': expected.message,
      'exception.stacktrace': expected.stacktrace,
    };
    assert.deepEqual(span, { status: 'card …', attributes });
    assert.deepEqual(record, attributes);
    assert.deepEqual(sunk, expected);
    assert.deepEqual(complaints, []);
    assert.deepEqual([seen[0]?.type, seen[0]?.message], ['NotCharged', SECRET]);
    assert.match(seen[0]?.stacktrace ?? '', /at saidBy/);
    assert.equal(seen.length, 3, 'once for each failure, whoever is told of it');
  });

  it('sees a secret whole that is cut off afterwards', () => {
    const message = `${'x'.repeat(4090)}${SECRET}${'x'.repeat(100_000)}`;
    const { record } = saidBy(
      (exception: ExceptionText) => ({ ...exception, message: exception.message.replaceAll(SECRET, '***') }),
      new NotCharged(message),
    );
    assert.equal(record?.['exception.message'], `${'x'.repeat(4090)}***xx…`);
  });

  it('leaves message and stack out where it throws or gives something else, and says so once', () => {
    for (const [option, reason] of [
      [
        () => {
          throw new TypeError(SECRET);
        },
        'threw TypeError',
      ],
      [() => undefined, 'gave undefined instead of { type, message, stacktrace }'],
      [() => SECRET, 'gave string instead of { type, message, stacktrace }'],
      [() => ({ message: 5 }), 'gave object instead of { type, message, stacktrace }'],
      [async () => Promise.reject(new Error(SECRET)), 'gave object instead of { type, message, stacktrace }'],
    ] as const) {
      const { complaints, ...said } = saidBy(option);
      const attributes = { 'exception.type': 'NotCharged' };
      assert.deepEqual(said, {
        span: { status: '', attributes },
        record: attributes,
        sunk: { type: 'NotCharged', message: '' },
      });
      assert.deepEqual(complaints, [
        `option redactException ${reason}. Where it does, the message and the stack of exceptions are left out.`,
      ]);
    }
  });

  it('leaves them out as well where it is no function: somebody wanted something to be left out', () => {
    for (const option of [true, null, 'card', {}]) {
      const { complaints, record } = saidBy(option);
      assert.deepEqual(record, { 'exception.type': 'NotCharged' });
      assert.equal(complaints.length, 1);
      assert.match(complaints[0] ?? '', /^option redactException: .* is not usable; accepted: a function\. So /);
    }
  });

  it('may take the stack alone, and may call the exception by another type', () => {
    const { record, sunk } = saidBy(() => ({ type: 'Declined', message: 'no' }));
    assert.deepEqual(record, { 'exception.type': 'Declined', 'exception.message': 'no' });
    assert.deepEqual(sunk, { type: 'Declined', message: 'no' });
  });

  it('is an option in code, which holds from then on for the library and the components of the application', async () => {
    const { folder, remove } = applicationWith({
      'main.mjs': `
        import { trace } from '@opentelemetry/api';
        import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
        import { InMemoryEventStore } from 'eventsource';
        import { EventSourceInstrumentation, traced } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
        const exporter = new InMemorySpanExporter();
        trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
        const charge = traced('charge')(async () => { throw new Error('card 4711'); });
        const fail = async () => {
          for (const call of [() => new InMemoryEventStore().appendEvents('card 4711', 'Till', [{ aggregateId: 'other' }], 0), charge]) {
            await call().catch(() => {});
          }
        };
        const redactException = ({ type }) => ({ type, message: 'redacted' });
        const instrumentation = new EventSourceInstrumentation({ redactException });
        await fail();
        instrumentation.setConfig({});
        await fail();
        console.log(JSON.stringify(exporter.getFinishedSpans().map(({ name, status }) => [name, status.message])));
      `,
    });
    usePackages(folder, 'eventsource', '@opentelemetry');
    try {
      const { stdout, stderr } = await runNode({ args: ['--import', register, 'main.mjs'], cwd: folder });
      assert.equal(stderr, '');
      assert.deepEqual(JSON.parse(stdout), [
        ['in_memory_event_store.append_events', 'redacted'],
        ['charge', 'redacted'],
        [
          'in_memory_event_store.append_events',
          'Event undefined belongs to aggregate other, not to the stream of card 4711.',
        ],
        ['charge', 'card 4711'],
      ]);
    } finally {
      remove();
    }
  });

  it('holds for spans of the components of the application, too', () => {
    const telemetry = startTelemetry();
    useRedaction(redactionOf(() => ({ message: 'redacted' }), assert.fail));
    const charge = traced('charge')(() => {
      throw new NotCharged(SECRET);
    });
    assert.throws(charge, /card 4711/);
    const [span] = telemetry.spans();
    useRedaction(undefined);
    telemetry.stop();
    trace.disable();
    assert.deepEqual(sayingOf(span), {
      status: 'redacted',
      attributes: { 'exception.type': 'NotCharged', 'exception.message': 'redacted' },
    });
  });
});
