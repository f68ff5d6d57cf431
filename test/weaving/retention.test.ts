// SPDX-License-Identifier: Apache-2.0
// Contexts outlive calls: whatever a timer or a promise was made under stays reachable with it. A frame must not add to it.
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Context, context, trace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { type Call, rows } from '../../src/weaving/aspect.js';
import { rememberedUnder } from '../../src/weaving/origins.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

describe('a context that outlives its call', () => {
  let telemetry: Telemetry | undefined;
  afterEach(() => {
    telemetry?.stop();
    telemetry = undefined;
  });

  class Thing {
    go(_argument: object): Context {
      return context.active();
    }
    async later(_argument: object): Promise<Context> {
      return context.active();
    }
  }
  const woven = () => {
    const Woven = class extends Thing {
      override go(argument: object): Context {
        return super.go(argument);
      }
      override async later(argument: object): Promise<Context> {
        return super.later(argument);
      }
    };
    weaveClass(Woven, { methods: { go: { span: 'go' }, later: { span: 'later' } } });
    return new Woven();
  };

  for (const [name, options] of [
    ['sampled', {}],
    ['unsampled', { sampler: new AlwaysOffSampler() }],
  ] as const) {
    it(`keeps neither arguments nor receiver: ${name}`, async () => {
      telemetry = startTelemetry(options);
      const kept: Context[] = [];
      const gone = await (async () => {
        const [thing, one, two] = [woven(), { large: 1 }, { large: 2 }];
        kept.push(thing.go(one), await thing.later(two));
        return [thing, one, two].map((object) => new WeakRef(object));
      })();
      await collect();
      assert.deepEqual(
        gone.map((ref) => ref.deref()),
        [undefined, undefined, undefined],
      );
      assert.equal(kept.length, 2);
    });
  }

  it('keeps no span with what it was remembered under', async () => {
    telemetry = startTelemetry();
    const event = { name: 'kept' };
    class Bus {
      publish(_event: object): unknown {
        return trace.getSpan(context.active());
      }
    }
    weaveClass(Bus, {
      methods: { publish: { span: 'publish', context: { marks: ({ args }: Call) => [args[0]] } } },
    });
    const span = (() => new WeakRef(new Bus().publish(event) as object))();
    const marked = rememberedUnder(event);
    telemetry.reset();
    await collect();
    assert.equal(span.deref(), undefined);
    assert.notEqual(marked, undefined);
  });

  it('keeps no chain of the calls before, where the application derives contexts of its own', async () => {
    telemetry = startTelemetry();
    const key = Symbol('own');
    const thing = woven();
    let active = context.active();
    const frames: WeakRef<Context>[] = [];
    for (let i = 0; i < 5; i++) {
      const inside = context.with(active, () => thing.go({}));
      frames.push(new WeakRef(inside));
      active = inside.setValue(key, i);
    }
    await collect();
    assert.equal(active.getValue(key), 4);
    assert.ok(frames.filter((frame) => frame.deref() !== undefined).length <= 1);
  });

  it('takes no facts any more', async () => {
    telemetry = startTelemetry();
    class Repository {
      pending: Promise<unknown> | undefined;
      load(store: Store) {
        this.pending = store.read();
        return context.active();
      }
    }
    class Store {
      async read() {
        await new Promise((resolve) => setImmediate(resolve));
        return { large: 1 };
      }
    }
    let result: WeakRef<object> | undefined;
    weaveClass(Repository, { methods: { load: { span: 'load' } } });
    weaveClass(Store, {
      methods: rows<Store>({
        read: {
          span: 'read',
          hands: ({ result: read }) => {
            result = new WeakRef(read);
            return { read };
          },
        },
      }),
    });
    const kept = await (async () => {
      const repository = new Repository();
      const active = repository.load(new Store());
      await repository.pending;
      return active;
    })();
    await collect();
    assert.equal(result?.deref(), undefined);
    assert.ok(kept);
  });
});

async function collect(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
}
