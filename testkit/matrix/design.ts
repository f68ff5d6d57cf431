// SPDX-License-Identifier: Apache-2.0
// What varies between applications that preload ours, which pairs of it are tried, and what cannot be.
import semver from 'semver';
import { packageName } from '../installed.js';
import { applications } from './applications.js';
import { type Combination, coverPairs } from './covering.js';
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
  /**
   * What shows that it is none of ours: the application does not run without ours either, nor beside an empty preload in our place;
   * or there is nothing that could be run.
   */
  readonly shownBy: 'bare' | 'empty preload' | 'nothing to run';
}

export const limits: readonly Limit[] = [
  {
    of: (cell) => cell.openTelemetry === '3.x' && isBefore(cell, '22.15.0'),
    reason: 'OpenTelemetry 3 asks for Node.js 22.15 or newer in its own `engines`. Use 2.x, as npm does by itself',
    shownBy: 'nothing to run',
  },
  {
    of: (cell) => cell.application.startsWith('type stripping') && isBefore(cell, '22.0.0'),
    reason: 'Node.js 20 cannot read TypeScript. Use tsx or swc',
    shownBy: 'bare',
  },
  {
    of: (cell) => cell.packageManager.includes('Play') && /^--\w+ file$/.test(cell.preload),
    reason: 'Plug’n’Play has no folder `node_modules`, so there is no file to name. Name the package',
    shownBy: 'nothing to run',
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
