#!/usr/bin/env node
// Installs both packages from tarballs with every package manager, and runs applications on them: all pairs of what varies (see
// testkit/matrix/design.ts), what shows each limit, and a golden application on each other library. A whole run that is green writes
// docs/compatibility.md and the line in README.md. Takes about half an hour; its folders are in ~/.cache (XDG_CACHE_HOME).
//   node scripts/matrix.mjs [--only PATTERN] [--preloads] [--resume] [--at-once 2] [--list]
//   node scripts/matrix.mjs --page             writes the page of a run that is not whole yet, with what is missing
//   node scripts/matrix.mjs --check [FOLDER]   that the page (of that folder) is one of the cells that would be run now
// --preloads adds each Node.js with each preload, alone and beside a loader: 600 cells.
// --only runs the cells whose titles match, and writes nothing; --resume takes over what was green on the same tarballs.

import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkPage, writePage } from './matrix/page.mjs';
import { tasksOf } from './matrix/tasks.mjs';
import { openResults, prepare } from './matrix/work.mjs';

const { values, positionals } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    preloads: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '2' },
    resume: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const root = join(import.meta.dirname, '..');
const pattern = new RegExp(values.only, 'i');
const tasks = tasksOf({ everyPreload: values.preloads }).filter(({ title }) => pattern.test(title));

if (values.check) check();
else if (values.page) page();
else if (values.list) for (const { title } of tasks) console.log(title);
else await runAll();

function check() {
  const stale = checkPage(positionals[0] ?? root);
  if (stale === undefined) return;
  console.error(stale);
  process.exitCode = 1;
}

function page() {
  const work = prepare(root);
  const results = openResults(work.folder, true);
  writePage(
    root,
    work.versions(),
    tasksOf().flatMap(({ title }) => (results.of(title) === undefined ? [title] : [])),
  );
}

async function runAll() {
  setPriority(5);
  // A recording is no comparison.
  delete process.env.RECORD;
  const started = performance.now();
  const work = prepare(root);
  const results = openResults(work.folder, values.resume);
  const waiting = tasks.filter(({ title }) => results.of(title) === undefined);
  console.log(`${tasks.length} cells, ${tasks.length - waiting.length} of them taken over; in ${work.folder}`);

  let count = tasks.length - waiting.length;
  // The reference says which spans are expected, so it is run anew whatever is taken over.
  const [reference] = tasksOf();
  await each([reference]);
  const others = waiting.filter(({ title }) => title !== reference.title);
  await Promise.all(Array.from({ length: Number(values['at-once']) }, () => each(others)));

  const red = tasks.filter(({ title }) => results.of(title)?.fault !== undefined);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  console.log(`\n${tasks.length} cells, ${red.length} red, ${minutes} minutes`);
  for (const { title } of red) console.log(`  ${title}: ${results.of(title).fault}`);
  if (red.length > 0) process.exitCode = 1;
  else if (values.only === '') writePage(root, work.versions(), []);

  async function each(queue) {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const begun = performance.now();
      const fault = await task.run(work).catch((error) => String(error?.stack ?? error));
      results.enter(task.title, { fault });
      count += 1;
      const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
      console.log(`${count}/${tasks.length} ${fault === undefined ? 'ok ' : 'RED'} ${task.title} (${seconds} s)`);
      if (fault !== undefined) console.log(`    ${fault}`);
    }
  }
}
