// SPDX-License-Identifier: Apache-2.0
// What another copy of the API registers, one that says that it is older than ours.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as own from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { diagOf } from '../../src/weaving/diag.js';
import { context, propagation } from '../../src/weaving/global-api.js';
import { createProviders } from '../../src/weaving/providers.js';
import { addFiles, applicationWith } from '../../testkit/child.js';
import { copyPackages } from '../../testkit/packed.js';

const API = Symbol.for('opentelemetry.js.api.1');
const globals = globalThis as { [API]?: object | undefined };
const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const TRACEPARENT = `00-${SPAN.traceId}-${SPAN.spanId}-01`;

describe('what an older copy of the API has registered', () => {
  let older: typeof own;
  let remove: () => void;
  let others: object | undefined;

  before(() => {
    const { folder, remove: removeFolder } = applicationWith({});
    remove = removeFolder;
    copyPackages(folder, ['@opentelemetry/api']);
    const version = 'node_modules/@opentelemetry/api/build/src/version.js';
    addFiles(folder, { [version]: readFileSync(join(folder, version), 'utf8').replace(/'1\.\d+\.\d+'/, "'1.4.1'") });
    older = createRequire(join(folder, 'main.cjs'))('@opentelemetry/api');
  });
  after(() => remove());
  beforeEach(() => {
    others = globals[API];
    globals[API] = undefined;
  });
  afterEach(() => {
    // Whoever registers after an older copy is refused, and what it leaves says so.
    globals[API] = others;
  });

  it('is out of reach for ours', () => {
    older.trace.setGlobalTracerProvider({ getTracer: () => assert.fail() });
    assert.doesNotThrow(() => own.trace.getTracer('ours').startSpan('none'));
  });

  it('is the context that is active, and what makes another one active', () => {
    const [key, self] = [own.createContextKey('registered'), {}];
    const inside = own.ROOT_CONTEXT.setValue(key, true);
    const look = function (this: unknown, ...args: unknown[]) {
      return [this, args, context.active().getValue(key)];
    };
    assert.deepEqual(context.with(inside, look, self, 1, 2), [self, [1, 2], undefined]);
    assert.equal(context.active(), own.ROOT_CONTEXT);
    older.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    assert.deepEqual(context.with(inside, look, self, 1, 2), [self, [1, 2], true]);
    older.context.disable();
    assert.deepEqual(context.with(inside, look, self, 1, 2), [self, [1, 2], undefined]);
  });

  it('is the propagator, with the getter and setter of plain objects where none is given', () => {
    const traced = own.trace.setSpanContext(own.ROOT_CONTEXT, SPAN);
    const carrier: Record<string, string> = {};
    propagation.inject(traced, carrier);
    assert.deepEqual([carrier, propagation.fields()], [{}, []]);
    assert.equal(propagation.extract(traced, { traceparent: TRACEPARENT }), traced);
    older.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    propagation.inject(traced, carrier);
    assert.deepEqual(carrier, { traceparent: TRACEPARENT });
    const read = own.trace.getSpanContext(propagation.extract(own.ROOT_CONTEXT, carrier));
    assert.deepEqual(read, { ...SPAN, isRemote: true });
    assert.deepEqual(propagation.fields(), ['traceparent', 'tracestate']);
  });

  it('are the providers, until they are unregistered', () => {
    const { traces, metrics } = createProviders();
    const [tracing, measuring] = [{ getTracer: () => assert.fail() }, { getMeter: () => assert.fail() }];
    assert.deepEqual([traces.current(), metrics.current()], [undefined, undefined]);
    older.trace.setGlobalTracerProvider(tracing);
    older.metrics.setGlobalMeterProvider(measuring);
    assert.deepEqual([traces.current(), metrics.current()], [tracing, measuring]);
    assert.deepEqual([traces.present(), metrics.present()], [[tracing], [measuring]]);
    older.trace.disable();
    older.metrics.disable();
    assert.deepEqual([traces.current(), metrics.current()], [undefined, undefined]);
  });

  it('is the logger of diag, by level, with our name in front', () => {
    const said: unknown[] = [];
    const tell = (...words: unknown[]) => said.push(words);
    const logger = { error: tell, warn: tell, info: tell, debug: tell, verbose: tell };
    diagOf('ours').warn('nobody listens');
    older.diag.setLogger(logger, { logLevel: own.DiagLogLevel.WARN });
    diagOf('ours').warn('a warning', 1);
    diagOf('ours').info('too little');
    diagOf().error('an error');
    assert.deepEqual(said, [['ours', 'a warning', 1], ['an error']]);
  });

  it('does not outlive its registration where its proxy was given as the provider before it', () => {
    const { traces } = createProviders();
    const [first, second] = [{ getTracer: () => assert.fail() }, { getTracer: () => assert.fail() }];
    // As `registerInstrumentations` does that finds no provider.
    traces.use(older.trace.getTracerProvider());
    older.trace.setGlobalTracerProvider(first);
    assert.equal(traces.current(), first);
    older.trace.disable();
    older.trace.setGlobalTracerProvider(second);
    assert.equal(traces.current(), second);
  });
});
