// SPDX-License-Identifier: Apache-2.0
// What varies between applications that preload ours, which pairs of it are tried, and what cannot be.
import semver from 'semver';
import { packageName } from '../installed.js';
import { applications } from './applications.js';
import { type Combination, coverPairs, productOf } from './covering.js';
import { packageManagers } from './installs.js';

/** Arguments of Node, and what goes into NODE_OPTIONS. */
export interface Preload {
  readonly args?: readonly string[];
  readonly options?: string;
}

const register = `${packageName}/register`;

export const preloads = {
  '--import package': { args: ['--import', register] },
  '--require package': { args: ['--require', register] },
  'NODE_OPTIONS --import package': { options: `--import ${register}` },
  'NODE_OPTIONS --require package': { options: `--require ${register}` },
  '--import file': { args: ['--import', `./node_modules/${register}`] },
  '--require file': { args: ['--require', `./node_modules/${register}`] },
  '--import instrumentation.mjs': { args: ['--import', './instrumentation.mjs'] },
  '--require instrumentation.cjs': { args: ['--require', './instrumentation.cjs'] },
  'NODE_OPTIONS --require instrumentation.cjs': { options: '--require ./instrumentation.cjs' },
} as const satisfies Record<string, Preload>;

/** By the version that an application has of it. */
export const openTelemetry = {
  '2.x': { '@opentelemetry/api': '~1.9.0', '@opentelemetry/sdk-node': '>=0.200.0 <0.300.0' },
  '3.x': { '@opentelemetry/api': '^1.10.0', '@opentelemetry/sdk-node': '>=0.300.0 <1' },
} as const;

/** The floors, the newest, and in between those that load modules each in another way. */
const nodes = [
  '20.19.0',
  '20',
  '22.12.0',
  '22.15.0',
  '22.18.0',
  '22.22.2',
  '22',
  '24.0.0',
  '24.11.0',
  '24.11.1',
  '24',
  '26',
] as const;

/** Of which a golden application on each other library runs. */
export const nodesOfLibraries = ['20.19.0', '20', '22.12.0', '22', '24', '26'] as const;

export const factors = {
  node: nodes,
  application: Object.keys(applications) as readonly (keyof typeof applications)[],
  preload: Object.keys(preloads) as readonly (keyof typeof preloads)[],
  neighbour: ['alone', 'beside a loader'],
  openTelemetry: ['2.x', '3.x'],
  packageManager: Object.keys(packageManagers) as readonly (keyof typeof packageManagers)[],
} as const;

export type Cell = Combination<typeof factors>;

/** The first of a line where only the major version is told. */
export const isBefore = ({ node }: Pick<Cell, 'node'>, version: string) =>
  node.includes('.') ? semver.lt(node, version) : Number(node) < semver.major(version);

export const title = (cell: Cell) => Object.values(cell).join(' · ');

export interface Limit {
  readonly of: (cell: Cell) => boolean;
  /** Why, and what to do instead; for the page. */
  readonly reason: string;
  readonly shownBy: Showing;
  /** All is as it should be but for a warning of Node.js. */
  readonly onlyWarns?: true;
}

/** What shows that a limit is none of ours, in words of the page. */
export const showings = {
  bare: 'the application does not run without ours',
  'empty preload': 'an empty file in the place of ours does the same',
  'another loader': 'a loader that does nothing, in the place of ours, does the same',
  'required ES module': 'a CommonJS application that requires an ES module does not run without ours',
  'nothing to run': 'there is nothing to run',
} as const;
type Showing = keyof typeof showings;

const isPlugAndPlay = ({ packageManager }: Cell) => packageManager.includes('Play');
const isStripped = ({ application }: Cell) => application.startsWith('type stripping');
const isTypeScriptInCommonJS = ({ application }: Cell) => application.endsWith(', CommonJS');

export const limits: readonly Limit[] = [
  {
    of: (cell) => cell.openTelemetry === '3.x' && isBefore(cell, '22.15.0'),
    reason: 'OpenTelemetry 3 asks for Node.js 22.15 or newer in its own `engines`. Use 2.x, as npm does by itself',
    shownBy: 'nothing to run',
  },
  {
    of: (cell) => isStripped(cell) && isBefore(cell, '22.0.0'),
    reason: 'Node.js 20 cannot read TypeScript. Use tsx or swc',
    shownBy: 'bare',
  },
  {
    of: (cell) => isPlugAndPlay(cell) && /^--\w+ file$/.test(cell.preload),
    reason: 'Plug’n’Play has no folder `node_modules`, so there is no file to name. Name the package',
    shownBy: 'nothing to run',
  },
  {
    of: (cell) => isPlugAndPlay(cell) && cell.application === 'type stripping, ES module',
    reason: 'Type stripping of an ES module does not go together with the loader of Plug’n’Play. Use tsx or swc',
    shownBy: 'bare',
  },
  {
    of: (cell) =>
      isPlugAndPlay(cell) &&
      isBefore(cell, '22.15.0') &&
      (['CommonJS', 'swc, CommonJS', 'type stripping, CommonJS'].includes(cell.application) ||
        cell.preload.includes('--require')),
    reason:
      'Under Plug’n’Play Node.js 20 and 22.12 cannot require an ES module, be it ours or the library. Use a newer one, or ES modules and `--import`',
    shownBy: 'required ES module',
  },
  {
    of: (cell) => cell.application === 'tsx, CommonJS' && cell.node === '24.0.0',
    reason: '`tsx/cjs` cannot require an ES module on Node.js 24.0. Use a newer one',
    shownBy: 'bare',
  },
  {
    of: (cell) => ['tsx, CommonJS', 'swc, CommonJS'].includes(cell.application) && cell.neighbour !== 'alone',
    reason:
      '`tsx/cjs` and swc by `--require` do not see the application where anybody has a loader (`module.register`)',
    shownBy: 'bare',
  },
  {
    of: (cell) =>
      isTypeScriptInCommonJS(cell) &&
      isBefore(cell, '24.12.0') &&
      (cell.preload.includes('--import') || cell.neighbour !== 'alone'),
    reason:
      'Before Node.js 24.12 a CommonJS application in TypeScript cannot require an ES module as soon as there is any `--import`. Use `--require`',
    shownBy: 'empty preload',
  },
  {
    of: (cell) => isStripped(cell) && cell.neighbour === 'alone' && cell.node === '22.12.0',
    reason:
      'Node.js 22.12 says once more in the thread of loader hooks that type stripping is experimental; no more than that',
    shownBy: 'another loader',
    onlyWarns: true,
  },
  {
    of: (cell) => cell.preload === '--require file' && cell.node === '22.12.0',
    reason:
      'Node.js 22.12 warns when `--require` names the file of an ES module, as `register` in a checkout is; no more than that. Name the package',
    shownBy: 'empty preload',
    onlyWarns: true,
  },
];

export const limitOf = (cell: Cell) => limits.find(({ of }) => of(cell));

export const reference: Cell = {
  node: '24',
  application: 'ES module',
  preload: '--import package',
  neighbour: 'alone',
  openTelemetry: '2.x',
  packageManager: 'npm',
};

/** Each two values of different factors are in one of the cells, but for pairs that a limit forbids. */
export const { combinations: cells, impossible } = coverPairs(factors, (cell) => limitOf(cell) === undefined);

const limited = productOf(factors).flatMap((cell) => {
  const limit = limitOf(cell);
  return limit === undefined ? [] : [{ limit, cell }];
});

/** The fewest limits that forbid all cells of a pair. */
export function limitsOfPair([one, value, other, another]: (typeof impossible)[number]): readonly Limit[] {
  let rest = limited
    .map(({ cell }) => cell)
    .filter((cell) => cell[one as keyof Cell] === value && cell[other as keyof Cell] === another);
  const found: Limit[] = [];
  while (rest.length > 0) {
    const counted = limits.map((limit) => ({ limit, count: rest.filter((cell) => limit.of(cell)).length }));
    const { limit } = counted.reduce((best, each) => (each.count > best.count ? each : best));
    found.push(limit);
    rest = rest.filter((cell) => !limit.of(cell));
  }
  return limits.filter((limit) => found.includes(limit));
}

/** For each limit, of each Node.js that has it, the simplest cell: what shows that the limit is there, and none of ours. */
export const witnesses: readonly { readonly limit: Limit; readonly cell: Cell }[] = limits
  .filter(({ shownBy }) => shownBy !== 'nothing to run')
  .flatMap((limit) => {
    const ofLimit = limited.filter((each) => each.limit === limit);
    return nodes.flatMap((node) => ofLimit.find(({ cell }) => cell.node === node) ?? []);
  });
