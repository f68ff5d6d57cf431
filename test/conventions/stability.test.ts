// SPDX-License-Identifier: Apache-2.0
// The guide's names by default, the new ones or both by opt-in, values translated, `error.type` on errors.
import assert from 'node:assert/strict';
import type { AttributeValue } from '@opentelemetry/api';
import { SemconvStability, semconvStabilityFromStr } from '@opentelemetry/instrumentation';
import { attributeForms, conventionsInForce, errorKeys, optInOf } from '../../src/conventions/stability.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

type Written = Readonly<Record<string, AttributeValue>>;

const database = { 'db.system': 'sqlite', 'db.name': '/tmp/shop.db', 'db.operation': 'INSERT' } as const;
const newDatabase = { 'db.system.name': 'sqlite', 'db.namespace': '/tmp/shop.db', 'db.operation.name': 'INSERT' };

const publish = {
  'messaging.system': 'rabbitmq',
  'messaging.destination': 'events',
  'messaging.destination_kind': 'exchange',
  'messaging.operation': 'publish',
  'messaging.message_id': 'message-1',
  'messaging.rabbitmq.routing_key': 'Order.Placed',
} as const;
const newPublish = {
  'messaging.system': 'rabbitmq',
  'messaging.destination.name': 'events',
  'messaging.operation.type': 'send',
  'messaging.operation.name': 'publish',
  'messaging.message.id': 'message-1',
  'messaging.rabbitmq.destination.routing_key': 'Order.Placed',
};

const receive = { 'messaging.operation': 'receive', 'messaging.kafka.partition': 3 } as const;
const newReceive = {
  'messaging.operation.type': 'process',
  'messaging.operation.name': 'consume',
  'messaging.destination.partition.id': '3',
};

const ours = { 'eventsource.event.type': 'OrderPlaced', 'save.success': true } as const;
const old = { ...database, ...publish, ...ours };

interface Case {
  readonly publish: Written;
  readonly receive: Written;
  readonly errors: readonly string[];
}

const ERROR = 'eventsource.error.type';
const asBefore: Case = { publish: old, receive, errors: [ERROR] };

const cases: Readonly<Record<string, Case>> = {
  '(unset)': asBefore,
  '': asBefore,
  ' , ': asBefore,
  http: asBefore,
  'http/dup,databases,data-base': asBefore,
  database: {
    publish: { ...newDatabase, ...publish, ...ours },
    receive,
    errors: [ERROR, 'error.type'],
  },
  'database/dup': {
    publish: { ...database, ...newDatabase, ...publish, ...ours },
    receive,
    errors: [ERROR, 'error.type'],
  },
  messaging: {
    publish: { ...database, ...newPublish, ...ours },
    receive: newReceive,
    errors: [ERROR, 'error.type'],
  },
  'messaging/dup': {
    publish: { ...database, ...publish, ...newPublish, ...ours },
    receive: { ...receive, ...newReceive },
    errors: [ERROR, 'error.type'],
  },
  'http, database , messaging/dup': {
    publish: { ...newDatabase, ...publish, ...newPublish, ...ours },
    receive: { ...receive, ...newReceive },
    errors: [ERROR, 'error.type'],
  },
  'database,messaging': {
    publish: { ...newDatabase, ...newPublish, ...ours },
    receive: newReceive,
    errors: [ERROR, 'error.type'],
  },
  // The opt-in's own rule: with both, `dup` holds.
  'database,database/dup': {
    publish: { ...database, ...newDatabase, ...publish, ...ours },
    receive,
    errors: [ERROR, 'error.type'],
  },
};

describe('semantic conventions by opt-in', () => {
  let telemetry: Telemetry;
  before(() => {
    telemetry = startTelemetry();
  });
  after(() => telemetry.stop());

  for (const [optIn, expected] of Object.entries(cases)) {
    it(`name attributes as OTEL_SEMCONV_STABILITY_OPT_IN=${optIn} asks for`, () => {
      const inForce = conventionsInForce(optInOf(optIn === '(unset)' ? undefined : optIn));
      assert.deepEqual(errorKeys(inForce), expected.errors);

      class Bus {
        publish() {}
        receive() {
          throw new RangeError('refused');
        }
      }
      const runtime = testRuntime({ attribute: attributeForms(inForce), errorKeys: errorKeys(inForce) });
      const { 'db.system': system, ...late } = old;
      weaveClass(
        Bus,
        {
          methods: {
            // Constants, those that samplers see, and extractors are written alike.
            publish: { span: 'publish', sampling: { 'db.system': system }, attributes: late },
            receive: {
              span: 'receive',
              attributes: Object.fromEntries(Object.entries(receive).map(([key, value]) => [key, () => value])),
            },
          },
        },
        runtime,
      );
      telemetry.reset();
      const bus = new Bus();
      bus.publish();
      assert.throws(() => bus.receive(), RangeError);
      const [published, received] = telemetry.spans();
      assert.deepEqual(published?.attributes, expected.publish);
      const errors = Object.fromEntries(expected.errors.map((key) => [key, 'RangeError']));
      assert.deepEqual(received?.attributes, { ...expected.receive, ...errors });
      assert.deepEqual([published?.name, received?.name], ['publish', 'receive'], 'span names do not change');
    });
  }

  it('is read as OpenTelemetry reads it for its own instrumentations', () => {
    const stabilities = { old: SemconvStability.OLD, new: SemconvStability.STABLE, dup: SemconvStability.DUPLICATE };
    for (const optIn of Object.keys(cases)) {
      const inForce = conventionsInForce(optInOf(optIn));
      for (const namespace of ['database', 'messaging'] as const) {
        assert.equal(
          stabilities[inForce[namespace]],
          semconvStabilityFromStr(namespace, optIn),
          `${namespace}: ${optIn}`,
        );
      }
    }
  });
});
