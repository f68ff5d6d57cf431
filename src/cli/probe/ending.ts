// SPDX-License-Identifier: Apache-2.0
// How the application ends: by itself, by `process.exit`, by an error, or not at all within the time that it has.
import { reasonOf } from '../../sdk/say.js';
import type { End } from '../report.js';

export type Ending = End;

/** What the application still has to do at its end, once nothing else keeps it alive. */
const GRACE_MILLIS = 2000;

export interface EndWatcher {
  readonly limitMillis: number;
  /** Done once, while the process can still wait for something. */
  beforeEnd(): Promise<void>;
  /** Once or twice: what is known later takes the place of what was. */
  write(ending: Ending): void;
}

export function watchEnd({ limitMillis, beforeEnd, write }: EndWatcher): void {
  const started = performance.now();
  let how: End['how'] | undefined;
  let error: string | undefined;
  let begun = false;

  const before = async () => {
    if (begun) return;
    begun = true;
    await beforeEnd().catch(() => {});
  };
  const ending = (code: number | undefined): Ending => ({
    how: how ?? 'process.exit',
    code,
    error,
    millis: Math.round(performance.now() - started),
  });

  process.on('beforeExit', async () => {
    how ??= 'by itself';
    if (begun) return;
    await before();
    // An exporter that tries again and again is not waited for.
    setTimeout(() => process.exit(), GRACE_MILLIS).unref();
  });
  process.on('uncaughtExceptionMonitor', (thrown) => {
    how = 'uncaught error';
    error = reasonOf(thrown);
  });
  process.on('exit', (code) => write(ending(code)));
  setTimeout(async () => {
    // It is about to end anyhow.
    if (begun) return;
    how = 'limit';
    await before();
    write(ending(undefined));
    process.kill(process.pid, 'SIGTERM');
  }, limitMillis).unref();
}
