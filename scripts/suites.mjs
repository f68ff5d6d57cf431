#!/usr/bin/env node
// Runs the test suites that libraries have of their own, on their published packages: bare, with the preload, and with the preload
// and a provider that records. Every test must have the same verdict each time. All of them are run by mocha: jest and vitest load
// modules in ways of their own, where no preload is asked.
// Usage: node scripts/suites.mjs [name …]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf, howToAskFor, isAskedFor } from '../dist/testkit/servers.js';
import { compileSuite } from './suites/compile.mjs';
import { suiteFolder } from './suites/sources.mjs';
import { suites } from './suites/suites.mjs';

const root = join(import.meta.dirname, '..');
const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const framework = join(import.meta.dirname, 'suites/framework.cjs');
const register = join(root, 'dist/register.js');
const recordSpans = join(root, 'dist/testkit/preloads/record-spans.js');
const inSuites = ['--import', register, '--import', recordSpans];

/** What is preloaded, by how the run is called. */
const preloads = { bare: [], 'with the preload': ['--import', register], 'with the preload and a provider': inSuites };

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(suites, name));
if (unknown.length > 0) {
  console.error(`no suite is called ${unknown.join(', ')}; there are ${Object.keys(suites).join(', ')}`);
  process.exit(1);
}
const failed = [];
for (const name of names.length > 0 ? names : Object.keys(suites)) {
  const faults = await faultsOf(name, suites[name]);
  for (const fault of faults) console.error(`  ${fault}`);
  if (faults.length > 0) failed.push(name);
}
for (const name of failed) console.error(`FAILED: ${name}`);
if (failed.length > 0) process.exitCode = 1;

/** Runs one suite and tells of it; what is wrong comes back. */
async function faultsOf(name, suite) {
  if (suite.server !== undefined && !isAskedFor(suite.server))
    return [`${name} needs a server: ${howToAskFor(suite.server)}`];
  try {
    const folder = suiteFolder(name, suite);
    const { tests, leftOut } = await compileSuite(suite, folder);
    const runs = Object.entries(preloads).map(([how, args]) => ({ how, ...runFiles(suite, folder, tests, args) }));
    const [bare, , recorded] = runs;
    const passing = [...bare.verdicts.values()].filter((verdict) => verdict === 'passes').length;
    console.log(
      `${name.padEnd(16)} ${suite.package} ${suite.packages[suite.package]}: ${bare.verdicts.size} tests, ${passing} pass bare; ` +
        `${recorded.spans} spans`,
    );
    for (const { path, missing } of leftOut)
      console.log(`  not run: ${path}, of ${missing.join(', ')}, which the package keeps to itself`);
    const faults = runs.slice(1).flatMap((run) => differences(bare.verdicts, run));
    if (passing < suite.passing)
      faults.push(`bare, ${passing} tests pass; ${suite.passing} are known to`, ...failuresOf(bare));
    if (recorded.spans < suite.spans) faults.push(`${recorded.spans} spans; at least ${suite.spans} are known`);
    return faults;
  } catch (error) {
    console.log(name);
    return [error.message];
  }
}

/** Each file in a process of its own, as their runners do, where fixtures are shared and change. */
function runFiles({ together = false }, folder, files, preloaded) {
  const groups = together ? [files] : files.map((file) => [file]);
  const runs = groups.map((group) => runTests(folder, group, preloaded));
  const verdicts = runs.flatMap(({ verdicts }, index) =>
    [...verdicts].map(([title, verdict]) => [`${index + 1}. ${title}`, verdict]),
  );
  return { verdicts: new Map(verdicts), spans: runs.reduce((total, { spans }) => total + spans, 0) };
}

function runTests(folder, files, preloaded) {
  const reports = mkdtempSync(join(tmpdir(), 'suites-'));
  const [output, spansFile] = [join(reports, 'report.json'), join(reports, 'spans.jsonl')];
  try {
    writeFileSync(spansFile, '');
    const options = ['--no-config', '--exit', '--timeout', '20000', '--require', framework];
    const reporter = ['--reporter', 'json', '--reporter-option', `output=${output}`];
    const { stderr, stdout } = spawnSync(process.execPath, [...preloaded, mocha, ...options, ...reporter, ...files], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: { ...environment(), SPANS_FILE: spansFile, POSTGRES_URL: addressOf('postgresql') },
    });
    return { verdicts: verdictsOf(output, `${stdout}${stderr}`), spans: spansIn(spansFile) };
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

/** By title; of those of the same title, by their number. */
function verdictsOf(file, output) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`its tests cannot be run:\n${output}`);
  }
  const verdicts = new Map();
  const pending = new Set(report.pending.map(({ fullTitle }) => fullTitle));
  for (const { fullTitle, err } of report.tests) {
    let title = fullTitle;
    for (let number = 2; verdicts.has(title); number++) title = `${fullTitle} (${number})`;
    verdicts.set(
      title,
      err.message === undefined ? (pending.has(fullTitle) ? 'is left out' : 'passes') : `fails: ${err.message}`,
    );
  }
  return verdicts;
}

function differences(bare, { how, verdicts }) {
  const titles = new Set([...bare.keys(), ...verdicts.keys()]);
  return [...titles]
    .filter((title) => bare.get(title) !== verdicts.get(title))
    .map(
      (title) => `${title}: ${bare.get(title) ?? 'is missing'}, bare; ${verdicts.get(title) ?? 'is missing'}, ${how}`,
    );
}

function failuresOf({ verdicts }) {
  return [...verdicts]
    .filter(([, verdict]) => verdict.startsWith('fails'))
    .map(([title, verdict]) => `${title} ${verdict}`);
}

function spansIn(file) {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).length;
}

function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:OTEL_|NODE_)/.test(name)));
}
