// SPDX-License-Identifier: Apache-2.0
// What the tools for components do in an application that has not installed the API.
import assert from 'node:assert/strict';
import { applicationWith, runNode } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';

export interface WithoutApi {
  readonly OTEL_AVAILABLE: boolean;
  readonly isTelemetryActive: boolean;
  readonly tracingEnabled: boolean;
  /** The kind of value that the body of a span gets. */
  readonly span: string;
  readonly spanContext: string;
  readonly traced: string;
  readonly read: readonly string[];
  readonly error: string;
  readonly traceContext: Readonly<Record<string, string>>;
}

const body = `
  class Component extends TracingMixin() {
    constructor() { super(); this.initTracing('component'); }
    save(id) { return this.createSpanContext('save', { id }, async (span) => typeof span); }
  }
  const component = new Component();
  const load = traced('load', { attributes: (id) => ({ id }) })(async (id) => 'loaded ' + id);
  const read = traced('read')(function* () { yield 'a'; yield 'b'; });
  const fail = traced('fail')(() => { throw new RangeError('out'); });
  let error;
  try { fail(); } catch (thrown) { error = String(thrown); }
  (async () => console.log(JSON.stringify({
    OTEL_AVAILABLE, isTelemetryActive: isTelemetryActive(), tracingEnabled: component.tracingEnabled, error,
    span: await component.save('1'), spanContext: await component.createSpanContext('x', async () => 'ran'),
    traced: await load('1'), read: [...read()], traceContext: traceContext(),
  })))();
`;

/** Runs an application that uses all of them, and gives what it printed. It must end well and print nothing else. */
export async function answersWithoutApi(kind: 'import' | 'require' = 'import', node?: string): Promise<WithoutApi> {
  const names = '{ OTEL_AVAILABLE, TracingMixin, isTelemetryActive, traceContext, traced }';
  const file = kind === 'import' ? 'main.mjs' : 'main.cjs';
  const line =
    kind === 'import'
      ? `import ${names} from '${packageName}/tracing';`
      : `const ${names} = require('${packageName}/tracing');`;
  const { folder, remove } = applicationWith({ 'package.json': '{}', [file]: line + body });
  try {
    installOurs(folder);
    const { stdout, stderr, code } = await runNode({ args: [file], cwd: folder, ...(node ? { node } : {}) });
    assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
    return JSON.parse(stdout);
  } finally {
    remove();
  }
}
