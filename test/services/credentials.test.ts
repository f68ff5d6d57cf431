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
  readonly logs: readonly { readonly logger: string; readonly body: string; readonly attributes: object }[];
  readonly failures: number;
}

describeOnServer('kafka', 'the telemetry of an application that has credentials for its servers', () => {
  it('has no password in any span, exception, metric or log record, let in or not, and users only where an error names them', async function () {
    this.timeout(120_000);
    for (const server of serverNames) if (!isAskedFor(server)) leaveOut(this, `credentials: ${howToAskFor(server)}`);
    const env = tracesTo('http://127.0.0.1:1');
    const child = startProcess([programPath('credentials'), uniqueName()], { preloads: [ours], env });
    const text = await child.ended();
    const { spans, metrics, logs, failures } = JSON.parse(text) as Telemetry;
    for (const secret of ['top-secret-word', 'guest']) assert.equal(text.includes(secret), false, secret);
    const withoutExceptions = logs.map(({ attributes, ...record }) => [
      record,
      Object.entries(attributes).filter(([key]) => !key.startsWith('exception.')),
    ]);
    const besidesErrors = JSON.stringify([
      metrics,
      spans.map(([name, attributes]) => [name, attributes]),
      withoutExceptions,
    ]);
    assert.equal(besidesErrors.includes('top-secret'), false);
    // What was let in and what was not has left its traces.
    assert.ok(failures >= 3, `${failures} failures`);
    for (const part of ['event_bus.publish', 'event_bus.handle', 'postgresql_event_store']) {
      assert.ok(
        spans.some(([name]) => name.includes(part)),
        part,
      );
    }
    for (const bus of ['kafka', 'rabbitmq', 'redis']) {
      const bodies = logs.filter(({ logger }) => logger === `eventsource.bus.${bus}`).map(({ body }) => body);
      for (const body of ['connected', 'handler failed']) assert.ok(bodies.includes(body), `${bus}: ${body}`);
      if (bus !== 'redis') assert.ok(bodies.includes('could not connect'), bus);
    }
    assert.match(text, /kafka\.eventbus\.messages\.published/);
    assert.match(text, /kafka\.eventbus\.connection\.errors/);
  });
});
