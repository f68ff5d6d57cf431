// Where the matrix works: a folder outside of the repository for each pair of tarballs, with what was installed and what came of it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { addFiles } from '../../dist/testkit/child.js';
import { packageName } from '../../dist/testkit/installed.js';
import { applicationFiles } from '../../dist/testkit/matrix/applications.js';
import { factors } from '../../dist/testkit/matrix/design.js';
import { install, packageManagers, versionOf } from '../../dist/testkit/matrix/installs.js';
import { TARGET_NAME } from '../release/edits.mjs';
import { release } from '../release/release.mjs';

const DAY_MILLIS = 24 * 60 * 60 * 1_000;
/** Runs the package managers. */
const OF_INSTALLS = '24';

export function prepare(root) {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), packageName, 'matrix');
  const tools = join(cache, 'tools');
  const tarballs = packBoth(root);
  const folder = join(cache, tarballs.hash);
  removeOld(cache, [tools, folder]);
  mkdirSync(folder, { recursive: true });
  const copied = Object.entries(tarballs.files).map(([name, file]) => {
    const copy = join(folder, `${name}.tgz`);
    copyFileSync(file, copy);
    return [name, `file:${copy}`];
  });
  const nodes = new Map();
  const folders = new Map();

  return {
    folder,
    /** The binary. */
    node(version) {
      const binary = nodes.get(version) ?? nodeBinary(root, version);
      nodes.set(version, binary);
      return binary;
    },
    /** The folder of an application with both packages and these. */
    installed(name, manager, dependencies) {
      const into = folders.get(name) ?? this.install(name, packageManagers[manager], dependencies);
      folders.set(name, into);
      return into;
    },
    async install(name, by, dependencies) {
      const into = join(folder, name.replaceAll(/[^\w.]+/g, '-').toLowerCase());
      const begun = performance.now();
      const all = { ...Object.fromEntries(copied), ...dependencies };
      await install({ folder: into, by, node: this.node(OF_INSTALLS), dependencies: all }, tools);
      addFiles(into, applicationFiles(TARGET_NAME));
      console.log(`    installed: ${name} (${((performance.now() - begun) / 1_000).toFixed(1)} s)`);
      return into;
    },
    /** Of Node.js by the name of a version, and of the package managers. */
    versions() {
      const ofNodes = factors.node.map((name) => [name, outputOf(this.node(name), '--version').slice(1)]);
      const ofManagers = Object.entries(packageManagers).map(([name, by]) => [
        name,
        by.program === undefined ? outputOf('npm', '--version') : versionOf(by.program, tools),
      ]);
      return Object.fromEntries([...ofNodes, ...ofManagers]);
    },
  };
}

/** Results by the titles of cells, kept as they come. */
export function openResults(folder, resume) {
  const file = join(folder, 'results.json');
  const kept = resume && existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8'))) : [];
  const results = new Map(kept.filter(([, { fault }]) => fault === undefined));
  return {
    of: (title) => results.get(title),
    enter(title, result) {
      results.set(title, result);
      writeFileSync(file, JSON.stringify(Object.fromEntries(results), null, 1));
    },
  };
}

/** As a release would publish them, of a build that is there, and with a date that leaves them the same from day to day. */
function packBoth(root) {
  const said = [];
  const isDone = release({
    root,
    args: ['--dry-run'],
    run: () => true,
    say: (line) => said.push(line),
    date: '2000-01-01',
  });
  if (!isDone) throw new Error(said.join('\n'));
  const folder = join(root, 'release');
  const fileOf = (name) => join(folder, readdirSync(folder).find((file) => file.startsWith(`${name}-`)) ?? name);
  const files = Object.fromEntries([packageName, TARGET_NAME].map((name) => [name, fileOf(name)]));
  return { files, hash: hashOf(Object.values(files)) };
}

/** Of all that is in the tarballs but documents, so that a run can be resumed after its page was written, or any other. */
function hashOf(tarballs) {
  const hash = createHash('sha256');
  for (const file of tarballs) {
    const args = ['-xzOf', file, '--exclude=*.md'];
    const { stdout, status } = spawnSync('tar', args, { maxBuffer: 64 * 1024 * 1024 });
    if (status !== 0) throw new Error(`tar ${args.join(' ')} failed`);
    hash.update(stdout);
  }
  return hash.digest('hex').slice(0, 12);
}

/** Another checkout may be at work in a young one. */
function removeOld(cache, kept) {
  if (!existsSync(cache)) return;
  for (const path of readdirSync(cache).map((name) => join(cache, name))) {
    if (!kept.includes(path) && Date.now() - statSync(path).mtimeMs > DAY_MILLIS) rmSync(path, { recursive: true });
  }
}

function nodeBinary(root, version) {
  return outputOf(process.execPath, join(root, 'scripts/node-versions.mjs'), version);
}

function outputOf(command, ...args) {
  const { stdout, status } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
  return stdout.trim();
}
