// SPDX-License-Identifier: Apache-2.0
// Fresh folders outside of the repository, into which real package managers install what a stranger would.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { addFiles } from '../child.js';

interface Program {
  readonly spec: string;
  /** Below `node_modules`. */
  readonly file: string;
}

export interface PackageManager {
  /** What it is installed by, with the file that runs it; that of npm comes with Node.js. */
  readonly program?: Program;
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** What it puts before the user's NODE_OPTIONS, where packages are not in `node_modules`. */
  readonly nodeOptions?: (folder: string) => string;
}

const pnpm = { spec: 'pnpm@10', file: 'pnpm/bin/pnpm.cjs' };
const yarn1 = { spec: 'yarn@1', file: 'yarn/bin/yarn.js' };
const yarn4 = { spec: '@yarnpkg/cli-dist@4', file: '@yarnpkg/cli-dist/bin/yarn.js' };

const LIMIT_MILLIS = 600_000;
const YARN_1_CACHE = '.yarn-cache';
/** Neither a global cache nor an old lock file may answer for a tarball of the same version. */
const ofYarn4 = 'enableGlobalCache: false\nenableTelemetry: false\nenableImmutableInstalls: false\n';

export const packageManagers = {
  npm: { args: ['install', '--no-audit', '--no-fund', '--prefer-offline'] },
  pnpm: { program: pnpm, args: ['install', '--no-lockfile', '--prefer-offline', '--ignore-scripts'] },
  'Yarn 1': {
    program: yarn1,
    args: ['install', '--non-interactive', '--no-lockfile', '--ignore-scripts', '--cache-folder', YARN_1_CACHE],
  },
  'Yarn 4': {
    program: yarn4,
    args: ['install'],
    files: { '.yarnrc.yml': `nodeLinker: node-modules\n${ofYarn4}`, 'yarn.lock': '' },
  },
  'Yarn 4, Plug’n’Play': {
    program: yarn4,
    args: ['install'],
    files: { '.yarnrc.yml': `nodeLinker: pnp\n${ofYarn4}`, 'yarn.lock': '' },
    nodeOptions: (folder) =>
      `--require ${folder}/.pnp.cjs --experimental-loader ${pathToFileURL(folder).href}/.pnp.loader.mjs`,
  },
} as const satisfies Record<string, PackageManager>;

export interface Install {
  readonly folder: string;
  /** The package manager, which is run by this Node.js. */
  readonly by: PackageManager;
  readonly node: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Installs, unless the folder has just that already.
 *
 * @param tools where programs of package managers are kept
 * @throws what the package manager says where it fails
 */
export async function install({ folder, by, node, dependencies }: Install, tools: string): Promise<void> {
  const manifest = JSON.stringify({ name: 'stranger', private: true, dependencies }, null, 2);
  const done = join(folder, '.installed');
  if (existsSync(done) && readFileSync(done, 'utf8') === manifest) return;
  rmSync(folder, { recursive: true, force: true });
  addFiles(folder, { 'package.json': manifest, ...by.files });
  const { program } = by;
  if (program === undefined) await run('npm', by.args, folder);
  else await run(node, [await programOf(program, tools), ...by.args], folder, dirname(node));
  // Yarn 1 has binaries of all platforms in there.
  rmSync(join(folder, YARN_1_CACHE), { recursive: true, force: true });
  writeFileSync(done, manifest);
}

/** @throws where it is not installed */
export function versionOf({ spec, file }: Program, tools: string): string {
  const name = file.replace(/\/bin\/.*$/, '');
  const manifest = join(tools, spec.replaceAll('/', '+'), 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

async function programOf({ spec, file }: Program, tools: string): Promise<string> {
  const folder = join(tools, spec.replaceAll('/', '+'));
  const path = join(folder, 'node_modules', file);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', spec], folder);
  }
  return path;
}

async function run(command: string, args: readonly string[], cwd: string, path?: string): Promise<void> {
  const env = { ...process.env, ...registryOfNpm() };
  // What is run by name then is the Node.js that runs the package manager.
  if (path !== undefined) env.PATH = `${path}:${env.PATH}`;
  try {
    await promisify(execFile)(command, args, { cwd, env, timeout: LIMIT_MILLIS, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${`${stdout}\n${stderr}`.trim().slice(-2_000)}`);
  }
}

let registry: string | undefined;

/** Yarn has a registry of its own, which a machine may not reach. */
function registryOfNpm(): Record<string, string> {
  registry ??= execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim().replace(/\/$/, '');
  return { YARN_REGISTRY: registry, npm_config_registry: registry, YARN_NPM_REGISTRY_SERVER: registry };
}
