// SPDX-License-Identifier: Apache-2.0
// Who gets the records of a call, what they hold of it, and which switches they follow.
import assert from 'node:assert/strict';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import * as sinon from 'sinon';
import type { Call } from '../../src/weaving/aspect.js';
import type { FamilyMode, RuntimeSettings } from '../../src/weaving/runtime-settings.js';
import { severities } from '../../src/weaving/signals.js';
import type { WrittenRecord } from '../../src/weaving/written-record.js';
import { recordingLogs } from '../../testkit/signals.js';
import { startTelemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

const logs = [
  { logger: 'store', severity: 'info', body: 'appended', attributes: { id: ({ args }: Call) => args[0] as string } },
  { logger: 'store', severity: 'debug', body: 'in detail' },
] as const;

/** A store whose calls are woven with records, a logger provider, and a sink. */
function recordingStore(settings: Partial<RuntimeSettings> = {}, body: (id: unknown) => unknown = (id) => id) {
  class Store {
    constructor(readonly enableTracing = true) {}
    append(id: unknown) {
      return body(id);
    }
  }
  const sunk: WrittenRecord[] = [];
  const runtime = testRuntime({ sink: (record) => void sunk.push(record), ...settings });
  const recorded = recordingLogs();
  runtime.providers.logs.use(recorded.provider);
  const tracing = (self: Store) => self.enableTracing;
  weaveClass(Store, { tracing, methods: { append: { span: 'append', logs } } }, runtime);
  return { Store, runtime, sunk, emitted: recorded.records };
}

describe('the records of a call', () => {
  it('go to the logger provider and to the sink alike', () => {
    const { Store, sunk, emitted } = recordingStore();
    new Store().append('s-1');
    assert.deepEqual(sunk, [
      {
        logger: 'store',
        level: 'INFO',
        body: 'appended',
        attributes: { id: 's-1' },
        exception: undefined,
        span: undefined,
      },
    ]);
    assert.deepEqual(
      emitted.map(({ logger, severityText, body, attributes }) => [logger, severityText, body, attributes]),
      [['store', 'INFO', 'appended', { id: 's-1' }]],
    );
  });

  it('go to the sink where there is no logger provider', () => {
    const { Store, runtime, sunk } = recordingStore();
    runtime.providers.logs.use(undefined);
    new Store().append('s-1');
    assert.deepEqual([runtime.providers.logs.current(), sunk.length], [undefined, 1]);
  });

  it('go to the one where the other throws, and the application is left alone', () => {
    const broken = () => {
      throw new Error('broken');
    };
    const { Store, emitted } = recordingStore({ sink: broken });
    assert.equal(new Store().append('s-1'), 's-1');
    assert.equal(emitted.length, 1);
    const other = recordingStore();
    other.runtime.providers.logs.use({ getLogger: () => ({ emit: broken, enabled: () => true }) });
    assert.equal(new other.Store().append('s-1'), 's-1');
    assert.equal(other.sunk.length, 1);
  });

  it('belong to the span of the call, also to one that is not sampled', () => {
    for (const sampler of [undefined, new AlwaysOffSampler()]) {
      const telemetry = startTelemetry(sampler === undefined ? {} : { sampler });
      const { Store, sunk } = recordingStore();
      new Store().append('s-1');
      const [span] = telemetry.spans();
      telemetry.stop();
      assert.match(sunk[0]?.span?.traceId ?? '', /^(?!0+$)[0-9a-f]{32}$/);
      if (sampler === undefined) assert.equal(sunk[0]?.span?.spanId, span?.spanContext().spanId);
    }
  });

  it('belong to the span around the call where it has none of its own', () => {
    const telemetry = startTelemetry();
    let inner: (() => unknown) | undefined;
    const { Store, sunk } = recordingStore({}, () => inner?.());
    const store = new Store(false);
    inner = () => {
      inner = undefined;
      return store.append('inner');
    };
    new Store(true).append('outer');
    const [span] = telemetry.spans();
    telemetry.stop();
    const spanId = span?.spanContext().spanId;
    assert.match(spanId ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(
      sunk.map((record) => [record.attributes.id, record.span?.spanId]),
      [
        ['inner', spanId],
        ['outer', spanId],
      ],
    );
  });

  it('are those of the level that is set at the moment', () => {
    const { Store, runtime, sunk } = recordingStore();
    new Store().append('s-1');
    runtime.settings = { ...runtime.settings, severity: () => severities.debug };
    new Store().append('s-1');
    runtime.settings = { ...runtime.settings, severity: () => Number.POSITIVE_INFINITY };
    new Store().append('s-1');
    assert.deepEqual(
      sunk.map(({ level }) => level),
      ['INFO', 'INFO', 'DEBUG'],
    );
  });

  it('are made only once somebody wants them', () => {
    const read = sinon.spy(() => 'read');
    class Store {
      append() {}
    }
    const runtime = testRuntime();
    const recorded = recordingLogs();
    const records = [{ logger: 'store', severity: 'debug', body: read, attributes: { id: read } }] as const;
    weaveClass(Store, { methods: { append: { logs: records } } }, runtime);
    new Store().append();
    runtime.providers.logs.use(recorded.provider);
    new Store().append();
    assert.equal(read.callCount, 0);
    runtime.settings = { ...runtime.settings, severity: () => severities.debug };
    new Store().append();
    assert.equal(read.callCount, 2);
  });

  it('are cut where they are too long: texts after 4,096 characters, lists after 50 entries', () => {
    const long = 'x'.repeat(5_000_000);
    const error = new Error(long);
    class Store {
      append() {
        throw error;
      }
    }
    const runtime = testRuntime();
    const recorded = recordingLogs();
    runtime.providers.logs.use(recorded.provider);
    const attributes = { text: () => long, texts: () => Array<string>(60).fill(long), numbers: () => [1, 2] };
    const records = [{ logger: 'store', severity: 'error', body: () => long, attributes }] as const;
    weaveClass(Store, { methods: { append: { logs: records } } }, runtime);
    assert.throws(() => new Store().append());
    const [{ body, attributes: written = {} } = assert.fail('no record')] = recorded.records;
    const { text, texts, numbers } = written as Record<string, string>;
    const cut = `${'x'.repeat(4095)}…`;
    assert.deepEqual([body, text, numbers], [cut, cut, [1, 2]]);
    assert.deepEqual(texts, [...Array<string>(50).fill(cut), '…']);
    assert.equal(written['exception.message'], cut);
    assert.equal(String(written['exception.stacktrace']).length, 16_384);
  });
});

describe('the switches of the records of a call', () => {
  const modes: Record<string, FamilyMode> = { tests: 'auto' };
  const family = (name: string) => modes[name] ?? 'auto';

  it('are those of the family, not of the object, whose switch is for spans', () => {
    const { Store, sunk, emitted } = recordingStore({ family });
    const numbers: Record<string, number> = {};
    for (const mode of ['auto', 'on', 'off'] as const) {
      modes.tests = mode;
      for (const enableTracing of [true, false]) {
        const before = sunk.length;
        new Store(enableTracing).append('s-1');
        numbers[`${mode} ${enableTracing}`] = sunk.length - before;
      }
    }
    const all = { 'auto true': 1, 'auto false': 1, 'on true': 1, 'on false': 1 };
    assert.deepEqual(numbers, { ...all, 'off true': 0, 'off false': 0 });
    assert.equal(emitted.length, 4);
  });

  it('go off with the whole instrumentation, and on again', () => {
    const { Store, runtime, sunk, emitted } = recordingStore();
    runtime.providers.enabled = false;
    new Store().append('s-1');
    assert.deepEqual([sunk, emitted], [[], []]);
    runtime.providers.enabled = true;
    new Store().append('s-1');
    assert.deepEqual([sunk.length, emitted.length], [1, 1]);
  });
});
