// SPDX-License-Identifier: Apache-2.0
// SDKs that start late, end, and start again; and the one that the preload holds ready.
import assert from 'node:assert/strict';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { isTelemetryActive, TracingMixin, traced } from '../../src/custom/index.js';
import { applicationWith, onEachNode, runNode, usePackages } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';

class Component extends TracingMixin() {
  constructor() {
    super();
    this.initTracing('component');
  }
}

describe('isTelemetryActive', () => {
  afterEach(() => trace.disable());
  const startProvider = () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    trace.setGlobalTracerProvider(provider);
    return { provider, exporter };
  };

  it('follows an SDK that starts late, is shut down, and starts again, as the components do', async () => {
    const component = new Component();
    const run = traced('run')(() => {});
    const counts: [active: boolean, enabled: boolean, hasSpan: boolean][] = [];
    const count = () => {
      run();
      const hasSpan = component.createSpanContext('x', (span) => span !== undefined);
      counts.push([isTelemetryActive(), component.tracingEnabled, hasSpan]);
    };
    count();
    const first = startProvider();
    count();
    assert.equal(first.exporter.getFinishedSpans().length, 2);
    await first.provider.shutdown();
    count();
    trace.disable();
    count();
    const second = startProvider();
    count();
    assert.equal(second.exporter.getFinishedSpans().length, 2);
    trace.disable();
    count();
    assert.deepEqual(
      counts,
      [false, true, false, false, true, false].map((is) => [is, is, is]),
    );
  });

  it('takes a provider of another make, and one without processors, for an active one', () => {
    for (const provider of [{ getTracer: () => trace.getTracer('x') }, new BasicTracerProvider()]) {
      trace.setGlobalTracerProvider(provider);
      assert.equal(isTelemetryActive(), true);
      trace.disable();
    }
  });
});

describe('a component under the preload, in an application that uses nothing else of telemetry', () => {
  let folder: string;
  let remove: () => void;
  before(() => {
    const use = `
      import { isTelemetryActive, TracingMixin, traced } from '${packageName}/tracing';
      class Component extends TracingMixin() {}
      const component = new Component();
      component.initTracing('component', process.argv[2] !== 'off');
      const before = isTelemetryActive();
    `;
    ({ folder, remove } = applicationWith({
      'package.json': '{}',
      'mixin.mjs': `${use} component.createSpanContext('component.save', (span) => span?.isRecording());
        console.error(before, isTelemetryActive());`,
      'traced.mjs': `${use} traced('component.save').call(null, function () {}).call(component);
        console.error(before, isTelemetryActive());`,
    }));
    installOurs(folder, '@opentelemetry/api');
    usePackages(folder, '@opentelemetry/sdk-node', '@opentelemetry/core');
  });
  after(() => remove());

  const runUnderPreload = (node: string, ...args: string[]) =>
    runNode({
      node,
      args: ['--import', `${packageName}/register`, ...args],
      cwd: folder,
      env: { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
    });

  for (const file of ['mixin.mjs', 'traced.mjs']) {
    onEachNode(`starts the SDK that waits, with its first span: ${file}`, async (node) => {
      const { stdout, stderr, code } = await runUnderPreload(node, file);
      assert.deepEqual([stderr, code], ['false true\n', 0]);
      assert.match(stdout, /name: 'component\.save'/);
      assert.match(stdout, /instrumentationScope: \{\s*name: 'component'/);
    });

    onEachNode(`leaves it waiting when the component is off: ${file}`, async (node) => {
      const { stdout, stderr, code } = await runUnderPreload(node, file, 'off');
      assert.deepEqual([stdout, stderr, code], ['', 'false false\n', 0]);
    });
  }
});
