// SPDX-License-Identifier: Apache-2.0
// Hooks are told of each span that records, whatever the call gives: as it begins, and before it ends.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type Span, trace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { rows } from '../../src/weaving/aspect.js';
import type { EndedSpanCall, SpanCall, SpanHooks } from '../../src/weaving/span-hooks.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

type Callback = (error: unknown, result?: string) => void;

class Store {
  append(...events: string[]): number {
    return events.length;
  }
  async load(id: string): Promise<string> {
    await Promise.resolve();
    if (id === 'none') throw new RangeError('none');
    return `state of ${id}`;
  }
  *read(): Generator<number, string> {
    yield 1;
    return 'end';
  }
  stream(): Readable {
    return Readable.from([1, 2]);
  }
  ask(_id: string, callback: Callback): void {
    setImmediate(callback, null, 'answer');
  }
  lazy(): PromiseLike<string> {
    // biome-ignore lint/suspicious/noThenProperty: a query that is sent when somebody waits for it
    return { then: () => assert.fail('sent') };
  }
  one(_id: string): void {
    throw new TypeError('bad');
  }
  conflicts(): { ok: boolean } {
    return { ok: false };
  }
  handle(handler: (event: string) => void): void {
    handler('event');
  }
}

const methods = rows<Store>({
  append: { span: ({ args }) => `append ${args.length}`, attributes: { from: 'row' }, result: { given: 'row' } },
  load: { span: 'load' },
  read: { span: 'read', gives: 'iterator' },
  stream: { span: 'stream', gives: 'stream' },
  ask: { span: 'ask', ending: { callback: 'first' } },
  lazy: { span: 'lazy' },
  one: { span: 'one', late: () => true },
  conflicts: {
    span: 'conflicts',
    ending: { outcome: ({ result }) => (result.ok ? undefined : { error: 'conflict' }) },
  },
  handle: { reaches: { handlers: { 0: { span: 'handler' } } } },
});

describe('hooks for spans', () => {
  let telemetry: Telemetry;
  let seen: [phase: string, span: Span, call: SpanCall | EndedSpanCall][] = [];
  const hooks: SpanHooks = {
    started: (span, call) => void seen.push(['started', span, call]),
    ending(span, call) {
      assert.equal(span.isRecording(), true, 'the span can still be written to');
      seen.push(['ending', span, call]);
    },
  };
  const runtime = testRuntime({ hooks });
  const phases = () => seen.map(([phase, , { spanName }]) => `${phase} ${spanName}`);
  const ended = () => seen.filter(([phase]) => phase === 'ending').map(([, , call]) => call as EndedSpanCall);

  before(() => weaveClass(Store, { methods }, runtime));
  beforeEach(() => {
    telemetry = startTelemetry();
    seen = [];
    runtime.settings = { ...runtime.settings, hooks };
  });
  afterEach(() => telemetry.stop());

  it('get the span, its name, the method, its receiver and a list of its arguments, and at the end what came of it', () => {
    const store = new Store();
    store.append('a', 'b');
    const started = { method: 'Store.append', spanName: 'append 2', self: store, args: ['a', 'b'] };
    assert.deepEqual(
      seen.map(([phase, , call]) => [phase, call]),
      [
        ['started', started],
        ['ending', { ...started, failed: false, result: 2, error: undefined }],
      ],
    );
    assert.equal(seen[0]?.[1], seen[1]?.[1]);
    assert.equal(seen[0]?.[1].spanContext().spanId, telemetry.spans()[0]?.spanContext().spanId);
  });

  it('may overrule what the row says, at the start and at the end', () => {
    const overruling: SpanHooks = {
      started: (span) => span.setAttributes({ from: 'hook' }).updateName('renamed'),
      ending: (span) => span.setAttribute('given', 'hook'),
    };
    runtime.settings = { ...runtime.settings, hooks: overruling };
    new Store().append();
    const [span] = telemetry.spans();
    assert.deepEqual([span?.name, span?.attributes], ['renamed', { from: 'hook', given: 'hook' }]);
  });

  it('get the value or the error of a promise', async () => {
    const error = await new Store().load('none').catch((thrown: unknown) => thrown);
    await new Store().load('a');
    assert.deepEqual(
      ended().map(({ failed, result, error }) => [failed, result, error]),
      [
        [true, undefined, error],
        [false, 'state of a', undefined],
      ],
    );
  });

  it('get the failure that a result reports', () => {
    new Store().conflicts();
    assert.deepEqual(
      ended().map(({ failed, result, error }) => [failed, result, error]),
      [[true, { ok: false }, 'conflict']],
    );
  });

  it('are told of an iterator at its first pull and at its end, or early close', () => {
    const reading = new Store().read();
    assert.deepEqual(phases(), []);
    reading.next();
    assert.deepEqual(phases(), ['started read']);
    reading.next();
    assert.equal(ended()[0]?.result, 'end');
    for (const _ of new Store().read()) break;
    assert.deepEqual(phases().slice(2), ['started read', 'ending read']);
  });

  it('are told of a stream at its end', async () => {
    const items: number[] = [];
    for await (const item of new Store().stream()) items.push(item);
    assert.deepEqual(
      [items, phases()],
      [
        [1, 2],
        ['started stream', 'ending stream'],
      ],
    );
  });

  it('are told of a call that calls back when it does', async () => {
    await new Promise((resolve) => new Store().ask('a', resolve));
    assert.deepEqual(phases(), ['started ask', 'ending ask']);
    assert.equal(ended()[0]?.result, 'answer');
  });

  it('are told of the end of a call whose outcome nobody can know', () => {
    new Store().lazy();
    assert.deepEqual(phases(), ['started lazy', 'ending lazy']);
    assert.deepEqual([ended()[0]?.failed, ended()[0]?.result], [false, undefined]);
  });

  it('are told of a span that was put off until its call failed, with its arguments', () => {
    assert.throws(() => new Store().one('x'), TypeError);
    assert.deepEqual(phases(), ['started one', 'ending one']);
    assert.deepEqual([ended()[0]?.args, ended()[0]?.failed], [['x'], true]);
  });

  it('are told of the calls of a handler', () => {
    new Store().handle(() => {});
    assert.deepEqual(
      ended().map(({ method, args }) => [method, args]),
      [['Store.handle.handle#0', ['event']]],
    );
  });

  it('are not told of what nobody records', () => {
    telemetry.stop();
    telemetry = startTelemetry({ sampler: new AlwaysOffSampler() });
    new Store().append('a');
    trace.disable();
    new Store().append('a');
    assert.deepEqual(phases(), []);
  });

  it('are told of the end of those spans alone that began under hooks', async () => {
    runtime.settings = { ...runtime.settings, hooks: undefined };
    const loading = new Store().load('a');
    runtime.settings = { ...runtime.settings, hooks };
    const next = new Store().load('b');
    await Promise.all([loading, next]);
    assert.deepEqual(
      ended().map(({ args }) => args),
      [['b']],
    );
    assert.equal(telemetry.spans().length, 2);
  });
});
