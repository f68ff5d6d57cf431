// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Asked, hasApplication, readArguments } from '../../src/cli/arguments.js';
import { unsupportedRuntime } from '../../src/cli/findings/process.js';
import { withProbe } from '../../src/cli/run.js';

const asked = (...args: readonly string[]) => readArguments(['doctor', ...args]) as Asked;

describe('the command line of the doctor', () => {
  it('has flags of Node.js before the application, and what follows is for that', () => {
    const { flags, application, json } = asked(
      ...['--import', 'a/register', '-r', './b.cjs', '--env-file=.env', '--conditions', 'dev', '--json'],
      ...['app.js', '--json', '--import', 'c'],
    );
    assert.deepEqual(flags, ['--import', 'a/register', '-r', './b.cjs', '--env-file=.env', '--conditions', 'dev']);
    assert.deepEqual([application, json], [['app.js', '--json', '--import', 'c'], true]);
  });

  it('takes a file with a dash behind --', () => {
    assert.deepEqual(asked('--json', '--', '-odd.js').application, ['-odd.js']);
  });

  it('takes a dash alone as an application, which is on stdin', () => {
    const { flags, application } = asked('--import', 'a', '-', '--json');
    assert.deepEqual(
      [flags, application],
      [
        ['--import', 'a'],
        ['-', '--json'],
      ],
    );
  });

  it('has values of flags of the test runner beside them, and an application without a file of one', () => {
    const tests = asked('--test', '--test-reporter', 'spec', '--json');
    assert.deepEqual([tests.flags, tests.json], [['--test', '--test-reporter', 'spec'], true]);
    assert.equal(hasApplication(tests), true);
    assert.equal(hasApplication(asked('--json')), false);
  });

  it('takes seconds in two ways, and ten of them where none are given', () => {
    assert.deepEqual(
      [asked('app.js'), asked('--for', '2', 'app.js'), asked('--for=0.5', 'app.js')].map(
        ({ limitMillis }) => limitMillis,
      ),
      [10_000, 2000, 500],
    );
  });

  for (const [what, args, message] of [
    ['seconds that are none', ['doctor', '--for', 'ever'], /--for takes a number of seconds, not ever\./],
    ['seconds that are missing', ['doctor', '--for'], /--for takes a number/],
    ['a flag without its value', ['doctor', '--import'], /--import takes a value\./],
    ['npm', ['doctor', 'npm', 'start'], /^npm is a command; the application is a file.* what the script runs/],
    ['yarn', ['doctor', '--import', 'a', 'yarn', 'start'], /^yarn is a command; the application is a file/],
    ['nest', ['doctor', 'nest', 'start'], /`dist\/main\.js`\.$/],
    ['tsx', ['doctor', 'tsx', 'app.ts'], /`--import tsx app\.ts`\.$/],
    ['another command', ['nurse'], /There is no command nurse\./],
  ] as const) {
    it(`says what is wrong with ${what}`, () => {
      assert.match(String(readArguments(args)), message);
    });
  }

  it('asks for help with no command, and with --help', () => {
    for (const args of [[], ['--help'], ['doctor', '-h']]) assert.equal(readArguments(args), 'help');
  });
});

describe('the probe', () => {
  it('comes before all that NODE_OPTIONS preloads, but for what Plug’n’Play needs to find it', () => {
    assert.match(withProbe('--require ./a.cjs'), /^--require "[^"]+probe\.cjs" --require \.\/a\.cjs$/);
    const options = '--require "/my shop/.pnp.cjs" --experimental-loader file:///x/.pnp.loader.mjs';
    const probe = withProbe(options);
    assert.match(probe, /^--require "\/my shop\/\.pnp\.cjs" --require "[^"]+probe\.cjs" /);
    assert.ok(probe.endsWith(options));
  });
});

describe('a runtime', () => {
  it('is supported from the first minor versions on, and no other than Node.js is', () => {
    for (const node of ['20.19.0', '22.12.0', '23.0.0', '24.0.0', '26.1.0'])
      assert.equal(unsupportedRuntime({ node }), undefined);
    for (const node of ['18.20.8', '20.18.3', '21.7.0', '22.11.0'])
      assert.equal(unsupportedRuntime({ node }), `Node.js is ${node}.`);
    assert.equal(unsupportedRuntime({ node: '24.3.0', bun: '1.3.0' }), 'The runtime is Bun 1.3.0.');
    assert.equal(unsupportedRuntime({ node: '24.3.0', deno: '2.5.0' }), 'The runtime is Deno 2.5.0.');
  });
});
