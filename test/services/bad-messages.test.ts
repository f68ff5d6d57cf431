// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Broker, brokers } from '../../testkit/brokers.js';
import { describeOnServer } from '../../testkit/servers.js';
import type { BadMessages } from './programs/bad-messages.js';
import { type Run, runOn } from './support/run.js';

/** What becomes of messages that hold no event, in the order of their first delivery. */
const expectations: Record<Broker, { readonly deadLetters: string[]; readonly consumed: string[] }> = {
  // Acknowledged and passed over.
  rabbitmq: {
    deadLetters: [],
    consumed: ['OrderPlaced', 'OrderPlaced', 'Nonsense skipped', 'unknown'],
  },
  // What cannot be read is tried again before it is given up; an unknown type is passed over.
  redis: {
    deadLetters: ['no JSON', '[1]'],
    consumed: [
      'OrderPlaced SerializationError',
      'OrderPlaced SerializationError',
      'Nonsense',
      'unknown',
      'OrderPlaced SerializationError retry 1',
      'OrderPlaced SerializationError retry 1',
      'OrderPlaced SerializationError retry 2',
      'OrderPlaced SerializationError retry 2',
    ],
  },
  // Given up at once, except that a record without an event type is no event of the bus and has no span.
  kafka: {
    deadLetters: ['no JSON', '[1]', 'an unknown event type'],
    consumed: ['OrderPlaced DeserializationError', 'OrderPlaced DeserializationError', 'Nonsense DeserializationError'],
  },
};

for (const broker of brokers) {
  describeOnServer(broker, `bad messages over ${broker}`, () => {
    let run: Run<BadMessages>;
    before(async function () {
      this.timeout(120_000);
      run = await runOn(broker, 'bad-messages');
    });

    it('do not stop the consumer', () => {
      assert.deepEqual(run.result.handled, [
        'a malformed traceparent',
        'an invalid traceparent',
        'a thousand unknown headers',
        'headers of wrong kinds',
        'a good one',
      ]);
      assert.equal(run.result.pending, 0);
    });

    it('begin traces of their own', () => {
      const consumes = consumesOf(run);
      assert.deepEqual([...new Set(consumes.map(({ parentSpanId }) => parentSpanId))], [undefined]);
      assert.equal(new Set(consumes.map(({ traceId }) => traceId)).size, consumes.length);
    });

    it('become dead letters or are skipped as the library decides, and their spans say which', () => {
      const { deadLetters, consumed } = expectations[broker];
      assert.deepEqual(run.result.deadLetters, deadLetters);
      const handled = new Set(run.spans.map(({ parentSpanId }) => parentSpanId));
      const spans = consumesOf(run).filter(({ spanId }) => !handled.has(spanId));
      assert.deepEqual(
        spans.map(({ attributes }) =>
          [
            attributes['eventsource.event.type'],
            ...(attributes['eventsource.error.type'] ? [attributes['eventsource.error.type']] : []),
            ...(attributes['event.unknown_type'] ? ['skipped'] : []),
            ...(attributes['eventsource.retry.count'] ? [`retry ${attributes['eventsource.retry.count']}`] : []),
          ].join(' '),
        ),
        consumed,
      );
      for (const { status, attributes, events } of spans) {
        const failed = attributes['eventsource.error.type'] !== undefined;
        assert.equal(status, failed ? 'ERROR' : 'UNSET');
        assert.equal(events.length, failed ? 1 : 0);
      }
    });
  });
}

function consumesOf({ spans }: Run<BadMessages>) {
  return spans.filter(({ kind }) => kind === 'CONSUMER').sort((a, b) => Number(a.startNanos - b.startNanos));
}
