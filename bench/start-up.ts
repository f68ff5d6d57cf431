// SPDX-License-Identifier: Apache-2.0
// npm run bench:start-up [-- --quick] [--against <checkout>]: what an application that uses none of the libraries pays at its start
// for those that the preload knows. Each round starts all variants once, in rotated order; of each the least counts, which is what
// neighbours on a shared machine disturbed least.
// With another checkout that is built, the preloads of both are compared as well.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Milliseconds of processor time that all further libraries together may cost. */
const MOST_MILLIS = 3;
const MODULES = 300;

const rounds = process.argv.includes('--quick') ? 5 : 20;
const against = process.argv[process.argv.indexOf('--against') + 1];
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const variants: Readonly<Record<string, readonly string[]>> = {
  'no preload': [],
  'one library': ['--import', file('./start-up-one.js')],
  'all libraries': ['--import', file('./start-up-all.js')],
  register: ['--import', file('../register.js')],
  ...(process.argv.includes('--against') && against !== undefined
    ? { 'the other register': ['--import', join(against, 'dist/register.js')] }
    : {}),
};
const names = Object.keys(variants);

/** An application that loads modules, half of them by `require`: the doors look at each. */
function applicationOf(folder: string, modules: number): string {
  const numbers = Array.from({ length: modules / 2 }, (_, number) => number);
  for (const number of numbers) {
    writeFileSync(join(folder, `m${number}.mjs`), `export const value = ${number};`);
    writeFileSync(join(folder, `c${number}.cjs`), `exports.value = ${number};`);
  }
  const main = join(folder, `main-${modules}.mjs`);
  writeFileSync(
    main,
    `${numbers.map((number) => `import './m${number}.mjs'; import './c${number}.cjs';`).join('\n')}
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ millis: performance.now(), cpuMillis: (user + system) / 1000 }));`,
  );
  return main;
}

interface Measured {
  readonly millis: number;
  /** Of all threads: what neighbours on a shared machine do not change much. */
  readonly cpuMillis: number;
}

function start(variant: string, main: string): Measured {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^OTEL_|^NODE_/.test(name)));
  const args = ['--no-warnings', ...(variants[variant] ?? []), main];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`start-up with ${variant} failed:\n${stderr}`);
  return JSON.parse(stdout) as Measured;
}

const shown = (millis: number) => millis.toFixed(1).padStart(7);

const folder = mkdtempSync(join(tmpdir(), 'start-up-'));
const beyond: string[] = [];
try {
  for (const modules of [0, MODULES]) {
    const main = applicationOf(folder, modules);
    for (const name of names) start(name, main);
    const measured = Array.from({ length: rounds }, (_, round) => {
      const order = names.map((_, index) => names[(index + round) % names.length] as string);
      return Object.fromEntries(order.map((name) => [name, start(name, main)])) as Record<string, Measured>;
    });
    const least = (name: string, what: keyof Measured) =>
      Math.min(...measured.map((round) => round[name]?.[what] as number));
    const more = (name: string, than: string, what: keyof Measured) => least(name, what) - least(than, what);
    console.log(
      `an application of ${modules} modules, Node ${process.versions.node}, ms: until its main module runs; of processor time`,
    );
    for (const name of names)
      console.log(`  ${name.padEnd(20)} ${shown(least(name, 'millis'))} ${shown(least(name, 'cpuMillis'))}`);
    const pairs = [
      ['all libraries', 'one library'],
      ...(variants['the other register'] ? [['register', 'the other register']] : []),
    ];
    for (const [name = '', than = ''] of pairs) {
      const cost = more(name, than, 'cpuMillis');
      console.log(`  ${name} over ${than}: ${shown(more(name, than, 'millis'))} ${shown(cost)}`);
      if (cost > MOST_MILLIS) beyond.push(`${name} over ${than}, ${modules} modules: ${cost.toFixed(1)} ms`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const line of beyond) console.error(`BEYOND ${MOST_MILLIS} ms: ${line}`);
if (beyond.length > 0) process.exitCode = 1;
