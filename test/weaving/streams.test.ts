// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { Observable, Subject } from 'rxjs';
import * as operators from 'rxjs/operators';
import type { Call } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

type Make = (events: Observable<unknown>) => unknown;

/** A bus whose sagas make commands of events, as a library may have it. */
function createBus(woven = true, runtime = testRuntime()) {
  class Bus {
    readonly subject = new Subject<unknown>();
    publish(event: unknown): void {
      this.subject.next(event);
    }
    register(make: Make): void {
      const made = make(this.subject);
      assert.ok(made instanceof Observable);
      made.subscribe((command) => this.execute(command));
    }
    execute(_command: unknown): void {}
  }
  if (woven) {
    const methods = {
      publish: { span: 'publish', context: { marks: ({ args }: Call) => [args[0]] } },
      register: { reaches: { streams: [0] } },
      execute: {
        span: 'execute',
        attributes: { of: ({ args }: Call) => (args[0] as { of?: string } | undefined)?.of },
        context: { links: ({ args }: Call) => [{ sourcesOf: args[0] }] },
      },
    };
    weaveClass(Bus, { methods }, runtime);
  }
  return new Bus();
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const command = (...events: readonly { readonly name: string }[]) => ({ of: events.map(({ name }) => name).join('+') });

describe('a function from a stream to a stream', () => {
  let telemetry: Telemetry;
  before(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.reset());
  after(() => telemetry.stop());

  const executed = () => telemetry.spans().filter(({ name }) => name === 'execute');
  const published = () => telemetry.spans().filter(({ name }) => name === 'publish');
  const publishedAs = (id: string | undefined) => published().findIndex((span) => span.spanContext().spanId === id);
  const linksOf = () => executed().map(({ links }) => links.map(({ context: { spanId } }) => publishedAs(spanId)));

  it('gives what comes out during a delivery the context of that delivery, and no link', () => {
    const bus = createBus();
    bus.register((events) => events.pipe(operators.map((event) => command(event as { name: string }))));
    bus.publish({ name: 'a' });
    assert.equal(telemetry.tree(), 'publish(execute)');
    assert.deepEqual(executed()[0]?.links, []);
  });

  it('gives what comes out later a trace of its own, whoever is active then, with a link to where it came from', async () => {
    const bus = createBus();
    const other = trace.getTracer('application').startSpan('other');
    bus.register((events) =>
      events.pipe(operators.concatMap((event) => pause(2).then(() => command(event as { name: string })))),
    );
    context.with(trace.setSpan(ROOT_CONTEXT, other), () => bus.publish({ name: 'a' }));
    await pause(10);
    const [execute] = executed();
    assert.equal(execute?.parentSpanContext, undefined);
    assert.deepEqual(linksOf(), [[0]]);
    assert.notEqual(execute?.spanContext().traceId, other.spanContext().traceId);
  });

  it('gives a buffer one link for each span that published, however many events that span had', async () => {
    const bus = createBus();
    bus.register((events) =>
      events.pipe(
        operators.bufferTime(10),
        operators.filter((buffer) => buffer.length > 0),
        operators.take(1),
        operators.map((buffer) => command(...(buffer as { name: string }[]))),
      ),
    );
    bus.publish({ name: 'a' });
    bus.publish({ name: 'b' });
    context.with(ROOT_CONTEXT, () => bus.subject.next({ name: 'without a span' }));
    await pause(25);
    assert.deepEqual(linksOf(), [[0, 1]]);
    assert.deepEqual(executed()[0]?.attributes, { of: 'a+b+without a span' });
  });

  it('gives at most 32 links, to the latest', async () => {
    const bus = createBus();
    bus.register((events) =>
      events.pipe(
        operators.bufferTime(10),
        operators.take(1),
        operators.map((buffer) => ({ of: String(buffer.length) })),
      ),
    );
    for (let i = 0; i < 40; i++) bus.publish({ name: String(i) });
    await pause(25);
    assert.deepEqual(linksOf(), [Array.from({ length: 32 }, (_, i) => i + 8)]);
  });

  it('keeps no link for the same value when it comes out again, made of something else', async () => {
    const constant = { of: 'constant' };
    const bus = createBus();
    bus.register((events) =>
      events.pipe(
        operators.mergeMap((event) => ((event as { late: boolean }).late ? pause(1) : [1])),
        operators.map(() => constant),
      ),
    );
    bus.publish({ late: true });
    await pause(5);
    bus.publish({ late: false });
    assert.deepEqual(linksOf(), [[0], []]);
    bus.execute(constant);
    assert.deepEqual(executed()[2]?.links, []);
  });

  it('links to spans that are not sampled, as not sampled', async () => {
    telemetry.stop();
    const unsampled = startTelemetry({ sampler: new AlwaysOffSampler() });
    const bus = createBus();
    bus.register((events) =>
      events.pipe(
        operators.delay(3),
        operators.map(() => ({ of: 'a' })),
      ),
    );
    bus.publish({ name: 'a' });
    unsampled.stop();
    telemetry = startTelemetry();
    await pause(10);
    const [execute] = executed();
    assert.deepEqual(
      execute?.links.map(({ context: { traceFlags } }) => traceFlags),
      [0],
    );
  });

  it('is left alone in its context where it makes nothing of what it is given, and where its family is off', async () => {
    const request = trace.getTracer('application').startSpan('request');
    const inRequest = (work: () => void) => context.with(trace.setSpan(ROOT_CONTEXT, request), work);
    const elsewhere = new Subject<unknown>();
    const bus = createBus();
    bus.register(() => elsewhere);
    inRequest(() => elsewhere.next({ of: 'elsewhere' }));
    let family: 'auto' | 'off' = 'auto';
    const switched = createBus(true, testRuntime({ family: () => family }));
    const seen: unknown[] = [];
    switched.register((events) =>
      events.pipe(
        operators.delay(2),
        operators.tap(() => seen.push(trace.getSpan(context.active()))),
      ),
    );
    family = 'off';
    inRequest(() => switched.publish({ name: 'a' }));
    await pause(10);
    assert.deepEqual(seen, [request]);
    assert.equal(executed()[0]?.parentSpanContext?.spanId, request.spanContext().spanId);
  });

  it('leaves out of the links what a filter has dropped, what is still delayed, and what something was made of', async () => {
    const bus = createBus();
    bus.register((events) =>
      events.pipe(
        operators.filter((event) => (event as { wanted: boolean }).wanted),
        operators.delay(5),
        operators.map((event) => command(event as { name: string })),
      ),
    );
    for (let i = 0; i < 6; i++) {
      bus.publish({ name: String(i), wanted: i % 2 === 0 });
      await pause(i % 3);
    }
    await pause(15);
    assert.deepEqual(linksOf(), [[0], [2], [4]]);
  });

  it('is never without a link to what it was made of, whatever operators wait', async function () {
    this.timeout(120_000);
    type Item = { readonly name: string } | readonly Item[];
    const namesIn = (item: Item): string[] => ('name' in item ? [item.name] : item.flatMap(namesIn));
    const steps = {
      tap: () => operators.tap<Item>(),
      odd: () => operators.filter((item: Item) => !namesIn(item).includes('3')),
      wrap: () => operators.map((item: Item): Item => [item]),
      delay: () => operators.delay<Item>(3),
      debounce: () => operators.debounceTime<Item>(2),
      throttle: () => operators.throttleTime<Item>(3, undefined, { leading: true, trailing: true }),
      bufferCount: () => operators.bufferCount<Item>(2),
      bufferTime: () => operators.bufferTime<Item>(4),
      pairwise: () => operators.pairwise<Item>(),
      concatMap: () => operators.concatMap((item: Item) => pause(2).then((): Item => item)),
      mergeMap: () => operators.mergeMap((item: Item) => pause(1).then((): Item => [item])),
      mixed: () =>
        operators.mergeMap((item: Item): Iterable<Item> | Promise<Item> =>
          namesIn(item).includes('2') ? pause(2).then((): Item => [item]) : [item],
        ),
    };
    const names = Object.keys(steps) as (keyof typeof steps)[];
    const program = fc.record({
      chain: fc.array(fc.constantFrom(...names), { maxLength: 4 }),
      pauses: fc.array(fc.nat(3), { minLength: 4, maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(program, async ({ chain, pauses }) => {
        telemetry.reset();
        const stop = new Subject();
        const bus = createBus();
        bus.register((given) => {
          const piped = (given.pipe as (...steps: unknown[]) => Observable<Item>)(
            ...chain.map((name) => steps[name]()),
          );
          return piped.pipe(
            operators.map((item) => ({ of: namesIn(item).join('+') })),
            operators.filter((made) => made.of !== ''),
            operators.takeUntil(stop),
          );
        });
        for (const [i, ms] of pauses.entries()) {
          bus.publish({ name: String(i) });
          if (ms > 0) await pause(ms);
        }
        await pause(20);
        stop.next(0);
        const idOf = (name: string) => published()[Number(name)]?.spanContext().spanId;
        for (const span of executed()) {
          const makers = String(span.attributes.of).split('+').map(idOf);
          const found = span.parentSpanContext
            ? [span.parentSpanContext.spanId]
            : span.links.map(({ context: { spanId } }) => spanId);
          const missing = (span.parentSpanContext ? makers.slice(-1) : makers).filter(
            (id) => !found.includes(id ?? ''),
          );
          assert.deepEqual(missing, [], `${chain} ${span.attributes.of}`);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('sees streams of the same class, whose own streams nobody has changed', () => {
    const bus = createBus();
    const { subscribe, pipe } = Observable.prototype;
    let given: Observable<unknown> | undefined;
    const saga = function onEvent(events: Observable<unknown>) {
      given = events;
      return events;
    };
    bus.register(saga.bind(undefined));
    assert.ok(given instanceof Subject);
    assert.deepEqual(Object.keys(given), []);
    assert.deepEqual([Observable.prototype.subscribe, Observable.prototype.pipe], [subscribe, pipe]);
    assert.ok(!Object.hasOwn(bus.subject, 'subscribe'));
  });

  it('may subscribe by itself, with a function or an observer', () => {
    const bus = createBus();
    const seen: unknown[] = [];
    class Counter {
      #count = 0;
      next() {
        this.#count++;
      }
      complete() {
        seen.push(this.#count);
      }
    }
    bus.register((events) => {
      events.subscribe((event) => void seen.push(event));
      events.subscribe(new Counter());
      events.subscribe();
      return events.pipe(operators.ignoreElements());
    });
    bus.publish(1);
    bus.publish(2);
    bus.subject.complete();
    assert.deepEqual(seen, [1, 2, 2]);
  });

  it('gives what it gives bare: values, order, errors, the end, whatever operators it has and whatever it is given', async () => {
    const steps = {
      map: () => operators.map((value: unknown) => [value]),
      filter: () => operators.filter((value: unknown) => Boolean(value)),
      take: () => operators.take<unknown>(2),
      bufferCount: () => operators.bufferCount<unknown>(2),
      mergeMap: () => operators.mergeMap((value: unknown) => [value, value]),
      concatMap: () => operators.concatMap((value: unknown) => Promise.resolve(value)),
      switchMap: () => operators.switchMap((value: unknown) => Promise.resolve(value)),
      throws: () =>
        operators.map((value: unknown) => {
          if (value === 13) throw new RangeError('thirteen');
          return value;
        }),
      retry: () => operators.retry<unknown>(1),
      share: () => operators.share<unknown>(),
      pairwise: () => operators.pairwise<unknown>(),
      startWith: () => operators.startWith<unknown>('first'),
      distinct: () => operators.distinctUntilChanged<unknown>(),
    };
    const names = Object.keys(steps) as (keyof typeof steps)[];
    const run = async (woven: boolean, chain: readonly (keyof typeof steps)[], events: readonly unknown[]) => {
      const bus = createBus(woven);
      const seen: unknown[] = [];
      bus.execute = (value) => void seen.push(value);
      bus.register((given) => {
        const piped = chain.reduce<Observable<unknown>>((stream, name) => stream.pipe(steps[name]() as never), given);
        return piped.pipe(
          operators.tap({ complete: () => seen.push('complete') }),
          operators.catchError((error: unknown) => [error]),
        );
      });
      for (const event of events) bus.publish(event);
      await Promise.resolve();
      bus.subject.complete();
      await new Promise((resolve) => setImmediate(resolve));
      return { seen, left: bus.subject.observed };
    };
    const value = fc.oneof(fc.constant(13), fc.integer(), fc.anything());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...names), { maxLength: 4 }),
        fc.array(value, { maxLength: 6 }),
        async (chain, events) => assert.deepEqual(await run(true, chain, events), await run(false, chain, events)),
      ),
      { numRuns: 200 },
    );
  });
});
