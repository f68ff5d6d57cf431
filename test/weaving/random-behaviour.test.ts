// SPDX-License-Identifier: Apache-2.0
// The law: a woven method returns, throws, settles and iterates exactly as the bare one, whatever it is given.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

type Made = Record<string, (...args: unknown[]) => unknown>;

describe('a woven method', () => {
  let telemetry: Telemetry;
  before(() => {
    telemetry = startTelemetry();
  });
  after(() => telemetry.stop());

  it('does what the bare one does under random behaviour: same calls, values, errors and order of effects', async () => {
    const value = fc.oneof(fc.anything(), fc.constant(undefined), fc.constant(Number.NaN));
    const behaviour = fc.record({
      shape: fc.constantFrom('sync', 'async', 'promise', 'generator', 'asyncGenerator'),
      args: fc.array(value, { maxLength: 4 }),
      yields: fc.array(value, { maxLength: 4 }),
      ending: fc.record({ throws: fc.boolean(), value }),
      take: fc.nat(5),
    });
    type Behaviour = typeof behaviour extends fc.Arbitrary<infer B> ? B : never;
    await fc.assert(
      fc.asyncProperty(behaviour, async (b: Behaviour) => {
        const run = async (make: () => Made, log: unknown[]) => observe(make(), b, log);
        const program = (log: unknown[]) => classOf(b, log);
        const [bareLog, wovenLog]: [unknown[], unknown[]] = [[], []];
        const Bare = program(bareLog);
        const Woven = program(wovenLog);
        weaveClass(
          Woven,
          {
            methods: {
              go: { span: 'go', ...(b.shape.toLowerCase().includes('generator') ? { gives: 'iterator' } : {}) },
            },
          },
          testRuntime(),
        );
        await run(() => new Bare() as unknown as Made, bareLog);
        await run(() => new Woven() as unknown as Made, wovenLog);
        assert.equal(wovenLog.length, bareLog.length);
        wovenLog.forEach((entry, i) => {
          assert.ok(sameEntry(entry, bareLog[i]), `entry ${i}`);
        });
      }),
      { numRuns: 500 },
    );
  });
});

interface Program {
  readonly shape: string;
  readonly args: unknown[];
  readonly yields: unknown[];
  readonly ending: { readonly throws: boolean; readonly value: unknown };
  readonly take: number;
}

function classOf({ shape, yields, ending }: Program, log: unknown[]) {
  const end = () => {
    log.push('ends');
    if (ending.throws) throw ending.value;
    return ending.value;
  };
  const note = (args: unknown[]) => log.push(['called', args.length, ...args]);
  const classes = {
    sync: class {
      go(...args: unknown[]) {
        note(args);
        return end();
      }
    },
    async: class {
      async go(...args: unknown[]) {
        note(args);
        await Promise.resolve();
        return end();
      }
    },
    promise: class {
      go(...args: unknown[]) {
        note(args);
        return new Promise((resolve) => setImmediate(resolve)).then(end);
      }
    },
    generator: class {
      *go(...args: unknown[]) {
        note(args);
        try {
          for (const item of yields) yield item;
          return end();
        } finally {
          log.push('finally');
        }
      }
    },
    asyncGenerator: class {
      async *go(...args: unknown[]) {
        note(args);
        try {
          for (const item of yields) {
            await null;
            yield item;
          }
          return end();
        } finally {
          log.push('finally');
        }
      }
    },
  };
  return classes[shape as keyof typeof classes] as unknown as new () => object;
}

/** Calls `go` as an application would and writes down everything that it can see. */
async function observe(made: Made, { shape, args, take }: Program, log: unknown[]): Promise<void> {
  try {
    const returned = made.go?.(...args);
    log.push(Object.prototype.toString.call(returned));
    if (!shape.toLowerCase().includes('generator')) {
      log.push(['settled', await returned]);
      return;
    }
    let left = take;
    if (left === 0) return;
    for await (const item of returned as AsyncIterable<unknown>) {
      log.push(['item', item]);
      left -= 1;
      if (left === 0) break;
    }
    log.push(['next', await (returned as AsyncGenerator<unknown>).next()]);
  } catch (error) {
    log.push(['threw', error]);
  }
}

function sameEntry(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => sameEntry(x, b[i]));
  try {
    assert.deepStrictEqual(a, b);
    return true;
  } catch {
    return Object.is(a, b);
  }
}
