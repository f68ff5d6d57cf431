// SPDX-License-Identifier: Apache-2.0
// What the questions of gauges do to a process that ends, and what they show of one that works.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChildResult, register, root, runNode } from '../../testkit/child.js';
import type { Ending } from './programs/hanging-store.js';

const TICKS_IN_A_SECOND = 20;
/** Less than the second that a collection waits for an answer. */
const AT_ONCE = 14;

const endingOf = ({ stdout }: ChildResult): Ending => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

describe('a process whose event store gives no answer', function () {
  this.timeout(120_000);
  const program = join(root, 'dist/test/metrics/programs/hanging-store.js');
  const preloaded = { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'console' };
  const run = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const result = await runNode({ args: ['--import', register, program, ...args], env, cwd: root });
    assert.deepEqual([result.stderr, result.code], ['', 0]);
    return endingOf(result);
  };

  it('ends at once, though its metrics are collected time and again, and has asked once', async () => {
    const { asked, livedOnTicks } = await run(['sdk', '200'], {});
    assert.equal(asked, 1, 'while it hangs there is no second question');
    assert.ok(livedOnTicks < AT_ONCE, `${livedOnTicks} ticks`);
  });

  it('is not asked when the preload sends the last metrics at the end', async () => {
    const { asked, livedOnTicks } = await run([], preloaded);
    assert.equal(asked, 0);
    assert.ok(livedOnTicks < AT_ONCE, `${livedOnTicks} ticks`);
  });

  it('waits a second for it where its own SDK collects, exports the lag that was known, and ends', async () => {
    const { asked, collectionMillis, collectionTicks, exportedLag, livedOnTicks } = await run(['sdk', '60000'], {});
    assert.ok(collectionMillis > 900, `${collectionMillis} ms`);
    assert.ok(collectionTicks < 2.5 * TICKS_IN_A_SECOND, `${collectionTicks} ticks`);
    assert.deepEqual([asked, exportedLag], [1, 1]);
    assert.ok(livedOnTicks < AT_ONCE, `${livedOnTicks} ticks`);
  });
});

interface Scrape {
  readonly done: number;
  readonly target: number;
  readonly rate: number;
  readonly remaining: number | undefined;
  readonly activity: number | undefined;
}

describe('a rebuild of 100,000 events in SQLite', function () {
  this.timeout(180_000);

  it('shows its progress to whoever scrapes the process while it runs: done rises, the time left falls', async () => {
    const port = await freePort();
    const scrapes: Scrape[] = [];
    let scraping: Promise<void> | undefined;
    let over = false;
    const child = runNode({
      args: ['--import', register, join(root, 'dist/fixtures/shop/rebuild.js')],
      env: {
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: 'prometheus',
        OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      },
      cwd: root,
      timeoutMillis: 170_000,
      onOutput: (_, stdout) => {
        if (stdout.includes('the rebuild begins')) scraping ??= scrapeUntil(() => over);
        over = stdout.includes('pieces of');
      },
    });
    const scrapeUntil = async (isOver: () => boolean) => {
      while (!isOver()) {
        const scraped = await scrape(port);
        if (scraped !== undefined) scrapes.push(scraped);
        await delay(500);
      }
    };
    const { stderr, code, stdout } = await child;
    over = true;
    await scraping;
    assert.deepEqual([stderr, code], ['', 0]);
    assert.match(stdout, /pieces of 50 products\n$/);
    const during = scrapes.filter(
      ({ done, target, remaining }) => done > 0 && done < target && remaining !== undefined,
    );
    const said = JSON.stringify(during);
    assert.ok(during.length >= 3, said);
    const three = [during[0], during[during.length >> 1], during.at(-1)] as [Scrape, Scrape, Scrape];
    for (const { target, rate, activity } of three) assert.ok(target === 100_000 && rate > 0 && activity === 2, said);
    const [first, second, third] = three;
    assert.ok(first.done < second.done && second.done < third.done, said);
    // At the rate of the time, which falls where the machine has other things to do: what is left by it is what is to do yet.
    for (const { done, target, rate, remaining = 0 } of during) {
      assert.ok(Math.abs(remaining * rate - (target - done)) < 0.1 * (target - done) + 1000, said);
    }
    assert.ok((first.remaining ?? 0) > (third.remaining ?? 0), said);
  });
});

async function scrape(port: number): Promise<Scrape | undefined> {
  // A connection that is kept open would keep the process alive.
  const headers = { connection: 'close' };
  const text = await fetch(`http://127.0.0.1:${port}/metrics`, { headers }).then(
    (response) => response.text(),
    () => undefined,
  );
  if (text === undefined) return undefined;
  const read = (name: string) => {
    const [, value] = new RegExp(`^eventsource_subscription_${name}\\{.*BestSellers.*\\} (\\S+)`, 'm').exec(text) ?? [];
    return value === undefined ? undefined : Number(value);
  };
  return {
    done: read('catch_up_done') ?? 0,
    target: read('catch_up_target') ?? 0,
    rate: read('catch_up_rate') ?? 0,
    remaining: read('catch_up_remaining_time(?:_seconds)?'),
    activity: read('activity'),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
