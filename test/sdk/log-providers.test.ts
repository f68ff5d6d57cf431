// SPDX-License-Identifier: Apache-2.0
// Log records at the logger provider of a real SDK: 2.x, which has the Logs API in a package of its own, and 3.x, which has it in
// API 1.10. Ours has API 1.9 beside it, or the very copy of the application.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, nodeBinary, root, runNode, usePackages } from '../../testkit/child.js';

const WOVEN = 'dist/testkit/preloads/weave-two-buses.js';

const application = `
  import { context, trace } from '@opentelemetry/api';
  import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
  import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
  import { logs, TracerProvider } from './sdk.mjs';
  import { Ledger } from 'two-buses';
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const ledger = new Ledger();
  const append = (amount = 1) => ledger.append([{ account: 'a', amount }]).catch(() => {});
  await append(); // nobody is there yet
  const own = [];
  const spans = { onStart() {}, onEnd: (span) => void own.push(span.spanContext()), async forceFlush() {}, async shutdown() {} };
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spans] }));
  const exporter = new InMemoryLogRecordExporter();
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }));
  await append();
  await append(Number.NaN);
  const records = exporter.getFinishedLogRecords().map((record, index) => ({
    scope: record.instrumentationScope,
    severity: [record.severityNumber, record.severityText],
    body: record.body,
    attributes: record.attributes,
    isOfItsSpan: record.spanContext?.spanId === own[index]?.spanId && record.spanContext?.traceId === own[index]?.traceId,
  }));
  const dropped = exporter.getFinishedLogRecords().some(({ droppedAttributesCount }) => droppedAttributesCount > 0);
  console.log(JSON.stringify({ spans: own.length, records, dropped }));
`;

const version3 = {
  packages: 'fixtures/sdk-3/node_modules/@opentelemetry',
  node: 24,
  sdk: "export { logs } from '@opentelemetry/api'; export { TracerProvider } from '@opentelemetry/sdk-trace';",
  shared: false,
} as const;

const sdks = {
  '2.x': {
    packages: 'node_modules/@opentelemetry',
    node: process.version.slice(1),
    sdk: "export { logs } from '@opentelemetry/api-logs'; export { BasicTracerProvider as TracerProvider } from '@opentelemetry/sdk-trace-base';",
    shared: false,
  },
  '3.x': version3,
  '3.x, with an API that is ours as well': { ...version3, shared: true },
} as const;

/** A copy of ours in the application, which then finds the packages of that. */
function copyOurs(folder: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const ours = Object.keys(dependencies).filter((name) => !name.startsWith('@opentelemetry/'));
  usePackages(folder, 'eventsource', ...ours);
  for (const path of ['package.json', 'dist/src', 'dist/testkit']) {
    cpSync(join(root, path), join(folder, 'node_modules/ours', path), { recursive: true });
  }
  return join(folder, 'node_modules/ours', WOVEN);
}

describe('the logger provider of an application', function () {
  this.timeout(120_000);

  for (const [version, { packages, node, sdk, shared }] of Object.entries(sdks)) {
    it(`gets the records of woven calls, each with its span: SDK ${version}`, async function () {
      const { folder, remove } = applicationWith({ 'main.mjs': application, 'sdk.mjs': sdk });
      usePackages(folder, 'two-buses');
      symlinkSync(join(root, packages), join(folder, 'node_modules/@opentelemetry'));
      const woven = shared ? copyOurs(folder) : join(root, WOVEN);
      try {
        const { stdout, stderr } = await runNode({
          node: nodeBinary(this, node),
          args: ['--import', woven, 'main.mjs'],
          cwd: folder,
        });
        assert.equal(stderr, '');
        const { spans, records, dropped } = JSON.parse(stdout);
        const [{ scope, ...good }, { attributes, ...bad }, ...more] = records;
        assert.deepEqual([spans, more, dropped], [2, [], false]);
        assert.equal(scope.name, 'two_buses.ledger');
        assert.deepEqual(good, { severity: [9, 'INFO'], body: 'appended', attributes: {}, isOfItsSpan: true });
        assert.deepEqual([bad.severity, bad.body, bad.isOfItsSpan], [[17, 'ERROR'], 'not appended', true]);
        assert.equal(attributes['exception.type'], 'RangeError');
        assert.equal(attributes['exception.message'], 'No amount for a: NaN');
        assert.match(attributes['exception.stacktrace'], /at Ledger\.append/);
      } finally {
        remove();
      }
    });
  }
});
