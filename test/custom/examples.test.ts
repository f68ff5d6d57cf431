// SPDX-License-Identifier: Apache-2.0
// The examples of the docstrings and of docs/components.md, compiled as they stand, and run with the real packages: once inside
// a span that is always current, and once without telemetry.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, root, runNode, usePackages } from '../../testkit/child.js';
import { installOurs } from '../../testkit/installed.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

/** Registers a provider that prints its spans on stderr, and a context manager in which one span is always current. */
const provider = `
  import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
  import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
  const exporter = new InMemorySpanExporter();
  const span = trace.wrapSpanContext({ traceId: '${traceId}', spanId: '${spanId}', traceFlags: 1 });
  const current = trace.setSpan(ROOT_CONTEXT, span);
  context.setGlobalContextManager({
    active: () => current, with: (_, called, self, ...args) => called.apply(self, args), bind: (_, target) => target,
    enable() { return this; }, disable() { return this; },
  });
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  process.on('exit', () => console.error(exporter.getFinishedSpans().map(({ name }) => name).join()));
`;

/** What each example prints and which spans it makes; a log record is matched by its fields. */
const expected: Readonly<Record<string, { readonly spans: string; readonly output: string | 'log record' }>> = {
  TracingMixin: { spans: 'note_store.save', output: '' },
  traced: { spans: 'ledger.round_up,ledger.post', output: 'savings: 42\n' },
  isTelemetryActive: { spans: '', output: 'spans are recorded\n' },
  pino: { spans: '', output: 'log record' },
  winston: { spans: '', output: 'log record' },
  bunyan: { spans: '', output: 'log record' },
  'components 1': { spans: 'note_store.append,note_store.save', output: '' },
  'components 2': { spans: '', output: 'log record' },
};

describe('the examples of the tools for components', function () {
  this.timeout(120_000);
  const examples = { ...examplesOfDocstrings(), ...examplesOfPage() };
  let folder: string;
  let remove: () => void;

  before(() => {
    const files = Object.entries(examples).map(([name, text]) => [`${fileOf(name)}.ts`, text]);
    ({ folder, remove } = applicationWith({
      'package.json': '{ "type": "module" }',
      'provider.js': provider,
      ...Object.fromEntries(files),
    }));
    installOurs(folder, '@opentelemetry/api', '@opentelemetry/sdk-trace-base');
    usePackages(folder, 'pino', 'winston', 'bunyan', '@types/bunyan', '@types/node', 'typescript');
    const options = '--strict --target es2022 --module nodenext --types node --skipLibCheck --outDir .'.split(' ');
    const tsc = join(folder, 'node_modules/typescript/bin/tsc');
    const names = files.map(([name]) => String(name));
    const { stdout, status } = spawnSync(process.execPath, [tsc, ...names, ...options], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.deepEqual({ stdout, status }, { stdout: '', status: 0 });
  });
  after(() => remove());

  it('are those that this test knows', () => {
    assert.deepEqual(Object.keys(examples).sort(), Object.keys(expected).sort());
  });

  for (const [name, { spans, output }] of Object.entries(expected)) {
    it(`do what they show: ${name}`, async () => {
      const file = `${fileOf(name)}.js`;
      const traced = await runNode({ args: ['--import', './provider.js', file], cwd: folder });
      assert.deepEqual([traced.stderr, traced.code], [`${spans}\n`, 0]);
      const bare = await runNode({ args: [file], cwd: folder });
      assert.deepEqual([bare.stderr, bare.code], ['', 0]);
      if (output === 'log record') {
        assert.deepEqual(fieldsOf(traced.stdout), { trace_id: traceId, span_id: spanId, trace_flags: '01' });
        assert.deepEqual(fieldsOf(bare.stdout), { trace_id: '', span_id: '', trace_flags: '' });
      } else assert.equal(traced.stdout, output);
    });
  }
});

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  const record = JSON.parse(line);
  assert.equal(record.msg ?? record.message, 'order placed');
  const { trace_id, span_id, trace_flags } = record;
  return { trace_id, span_id, trace_flags };
}

function fileOf(name: string): string {
  return `example-${name.toLowerCase().replace(' ', '-')}`;
}

/** By what follows `@example`, or else by the function that the docstring is of. */
function examplesOfDocstrings(): Record<string, string> {
  const folder = join(root, 'src/custom');
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return Object.fromEntries(
    texts.flatMap((text) =>
      [...text.matchAll(/@example ?(\w*)\n \* ```ts\n([\s\S]*?) \* ```/g)].map(({ 1: label, 2: code = '', index }) => {
        const declared = /\n \*\/\nexport (?:function|const) (\w+)/.exec(text.slice(index))?.[1];
        return [label || declared, code.replace(/^ \* ?/gm, '')];
      }),
    ),
  );
}

function examplesOfPage(): Record<string, string> {
  const page = readFileSync(join(root, 'docs/components.md'), 'utf8');
  return Object.fromEntries(
    [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ''], index) => [`components ${index + 1}`, code]),
  );
}
