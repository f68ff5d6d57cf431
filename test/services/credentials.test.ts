// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { leaveOut } from '../../testkit/leave-out.js';
import { startProcess } from '../../testkit/processes.js';
import { describeOnServer, howToAskFor, isAskedFor, serverNames } from '../../testkit/servers.js';
import { ours, programPath, tracesTo, uniqueName } from './support/run.js';

interface Telemetry {
  /** Name and attributes come first. */
  readonly spans: readonly (readonly [string, object, ...unknown[]])[];
  readonly metrics: unknown;
  readonly failures: number;
}

describeOnServer('kafka', 'the telemetry of an application that has credentials for its servers', () => {
  it('has no password in any span, exception or metric, let in or not, and users only where an error names them', async function () {
    this.timeout(120_000);
    for (const server of serverNames) if (!isAskedFor(server)) leaveOut(this, `credentials: ${howToAskFor(server)}`);
    const env = tracesTo('http://127.0.0.1:1');
    const child = startProcess([programPath('credentials'), uniqueName()], { preloads: [ours], env });
    const text = await child.ended();
    const { spans, metrics, failures } = JSON.parse(text) as Telemetry;
    for (const secret of ['top-secret-word', 'guest']) assert.equal(text.includes(secret), false, secret);
    const besidesErrors = JSON.stringify([metrics, spans.map(([name, attributes]) => [name, attributes])]);
    assert.equal(besidesErrors.includes('top-secret'), false);
    // What was let in and what was not has left its traces.
    assert.ok(failures >= 3, `${failures} failures`);
    for (const part of ['event_bus.publish', 'event_bus.handle', 'postgresql_event_store']) {
      assert.ok(
        spans.some(([name]) => name.includes(part)),
        part,
      );
    }
    assert.match(text, /kafka\.eventbus\.messages\.published/);
    assert.match(text, /kafka\.eventbus\.connection\.errors/);
  });
});
