// SPDX-License-Identifier: Apache-2.0
// A row that throws over a call which fails itself was given garbage: it stays. Over a call that succeeds, it is faulty.
import assert from 'node:assert/strict';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import sinon from 'sinon';
import type { Call, Row } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

type Named = Call<unknown, readonly [{ readonly name: string }], unknown>;
const name = ({ args }: Named) => args[0].name;
const fails = ({ args }: Named) => args[0].name !== '';

const readers = {
  when: { span: 'go', when: fails },
  'the name': { span: name },
  attributes: { span: 'go', attributes: { name } },
  links: { span: 'go', context: { links: (call: Named) => (name(call) === '' ? [] : []) } },
} as const satisfies Record<string, Row<Named>>;

describe('a row that cannot read the arguments of a call', () => {
  let telemetry: Telemetry;
  const error = sinon.stub();
  const debug = sinon.stub();
  beforeEach(() => {
    telemetry = startTelemetry();
    error.reset();
    debug.reset();
    const logger = { error, debug, warn() {}, info() {}, verbose() {} };
    diag.setLogger(logger, { logLevel: DiagLogLevel.DEBUG, suppressOverrideMessage: true });
  });
  afterEach(() => {
    diag.disable();
    telemetry.stop();
  });

  it('sets nothing for a value that nothing can be asked of, and stays on', () => {
    class Thing {
      go(given: object) {
        return given;
      }
    }
    weaveClass(Thing, { methods: { go: { span: 'go', attributes: { given: ({ args }: Call) => args[0] as never } } } });
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    assert.equal(new Thing().go(proxy), proxy);
    new Thing().go(['listed']);
    assert.deepEqual(
      telemetry.spans().map(({ attributes }) => attributes),
      [{}, { given: ['listed'] }],
    );
    assert.equal(error.callCount, 0);
  });

  for (const [reader, row] of Object.entries(readers)) {
    it(`stays on when the call fails too (${reader})`, async () => {
      class Thing {
        async go(given: { name: string }) {
          return given.name.length;
        }
        sync(given: { name: string }) {
          return given.name.length;
        }
      }
      weaveClass(Thing, { methods: { go: row as Row, sync: row as Row } });
      const thing = new Thing();
      await assert.rejects(thing.go(undefined as never), TypeError);
      assert.throws(() => thing.sync(null as never), TypeError);
      telemetry.reset();
      assert.deepEqual([await thing.go({ name: 'ann' }), thing.sync({ name: 'ann' })], [3, 3]);
      assert.equal(telemetry.spans().length, 2);
      const lines = debug.args.filter((said) => /could not read a failed call/.test(said.join(' ')));
      assert.deepEqual([error.callCount, lines.length], [0, 2]);
    });

    it(`is switched off when the call succeeds (${reader})`, async () => {
      class Thing {
        async go(given?: { name: string }) {
          return given?.name;
        }
      }
      weaveClass(Thing, { methods: { go: row as Row } });
      const thing = new Thing();
      assert.deepEqual(await Promise.all([thing.go(), thing.go()]), [undefined, undefined]);
      telemetry.reset();
      assert.equal(await thing.go({ name: 'ann' }), 'ann');
      assert.equal(telemetry.spans().length, 0);
      assert.equal(error.callCount, 1);
    });
  }

  it('is not asked when a method has lost its object: that call runs bare', () => {
    class Thing {
      readonly enableTracing = true;
      go(this: unknown) {
        return typeof this;
      }
    }
    const tracing = ({ enableTracing }: Thing) => enableTracing;
    weaveClass(Thing, {
      tracing,
      methods: { go: { span: 'go', attributes: { a: ({ self }: Call) => String(self) } } } as Record<string, Row>,
    });
    const { go } = Thing.prototype;
    assert.deepEqual([go.call(undefined), go.call(7)], ['undefined', 'number']);
    assert.equal(new Thing().go(), 'object');
    assert.deepEqual([telemetry.spans().length, error.callCount], [1, 0]);
  });
});
