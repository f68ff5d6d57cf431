// Gets the tests of a repository and the package that they are of, into a folder outside of the checkout.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { packageName } from '../../dist/testkit/installed.js';
import { run } from '../services/server-process.mjs';

/** What tests of any runner are given here. */
const framework = { expect: '^30.5.2', 'jest-mock': '^30.5.2' };

/** The folder of a suite, which has `repository` and `node_modules`; got when missing, as a whole or not at all. */
export function suiteFolder(name, suite) {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(cache, packageName, 'suites', `${name}-${suite.packages[suite.package]}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    checkOut(suite, join(unfinished, 'repository'));
    install(suite, unfinished);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function checkOut({ repository, ref }, folder) {
  const git = (...args) => run('git', ['-C', folder, ...args], { env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } });
  mkdirSync(folder);
  try {
    git('init', '--quiet');
    git('fetch', '--quiet', '--depth', '1', repository, ref);
    git('-c', 'advice.detachedHead=false', 'checkout', '--quiet', 'FETCH_HEAD');
  } catch (error) {
    throw new Error(`${repository} at ${ref} cannot be had, so its tests are not run: ${error.message.trim()}`);
  }
}

/** Nothing of it is asked to build anything. */
function install({ packages }, folder) {
  const manifest = { private: true, dependencies: { ...packages, ...framework } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const options = ['--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
  // Called for a script of npm, it is told of it by variables that mean its own configuration.
  run('npm', ['install', ...options], {
    cwd: folder,
    env: withoutNpm(process.env),
    shell: process.platform === 'win32',
  });
}

function withoutNpm(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_(?:package|lifecycle|command)/.test(name)));
}
