// What the matrix runs, one by one.

import { applications } from '../../dist/testkit/matrix/applications.js';
import { openRuns } from '../../dist/testkit/matrix/cells.js';
import { productOf } from '../../dist/testkit/matrix/covering.js';
import {
  cells,
  factors,
  limitOf,
  limits,
  nodesOfLibraries,
  openTelemetry,
  reference,
  title,
  witnesses,
} from '../../dist/testkit/matrix/design.js';
import { dependenciesOf, faultOfLibrary, libraryCells, libraryRows } from '../../dist/testkit/matrix/libraries.js';
import { faultOfStranger, strangersDependencies } from '../../dist/testkit/matrix/stranger.js';
import { TARGET_NAME } from '../release/edits.mjs';

const LIMIT_MILLIS = 180_000;

/**
 * @param everyPreload adds {@link cellsOfPreloads}
 * @returns each with its title and `run(work)`, which gives what is wrong, or nothing; the reference is the first
 */
export function tasksOf({ everyPreload = false } = {}) {
  const runs = openRuns();
  const loaders = Object.assign({}, ...Object.values(applications).map(({ packages = {} }) => packages));
  const runIn = async (work, cell) =>
    runs.faultOf(cell, {
      node: work.node(cell.node),
      folder: await work.installed(`${cell.openTelemetry}-${cell.packageManager}`, cell.packageManager, {
        ...openTelemetry[cell.openTelemetry],
        ...loaders,
      }),
      limitMillis: LIMIT_MILLIS,
    });
  return [
    { title: `reference: ${title(reference)}`, run: (work) => runIn(work, reference) },
    ...cells.map((cell) => ({ title: title(cell), run: (work) => runIn(work, cell) })),
    ...(everyPreload ? cellsOfPreloads() : []).map((cell) => ({
      title: `preload: ${title(cell)}`,
      run: (work) => runIn(work, cell),
    })),
    ...witnesses.map(({ limit, cell }) => ({
      title: `limit ${limits.indexOf(limit) + 1}: ${title(cell)}`,
      run: (work) => runIn(work, cell),
    })),
    ...nodesOfLibraries.map((node) => ({
      title: `stranger: ${node}`,
      run: async (work) =>
        faultOfStranger(TARGET_NAME, {
          node: work.node(node),
          folder: await work.installed('stranger', 'npm', strangersDependencies),
          limitMillis: LIMIT_MILLIS,
        }),
    })),
    ...libraryCells.map((cell) => ({
      title: libraryTitle(cell),
      run: async (work) =>
        faultOfLibrary(cell, {
          node: work.node(cell.node),
          folder: await work.installed(cell.name, 'npm', dependenciesOf(libraryRows[cell.name])),
          limitMillis: LIMIT_MILLIS,
        }),
    })),
  ];
}

/** Beyond pairs: each Node.js with each preload, alone and beside a loader, for applications without TypeScript. */
function cellsOfPreloads() {
  const all = productOf({
    ...factors,
    application: ['ES module', 'CommonJS', 'worker thread'],
    openTelemetry: ['2.x'],
    packageManager: ['npm'],
  });
  return all.filter((cell) => limitOf(cell) === undefined);
}

export const libraryTitle = ({ name, node, format }) => `library: ${name} · ${node} · ${format}`;
