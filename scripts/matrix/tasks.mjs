// What the matrix runs, one by one.

import { applications } from '../../dist/testkit/matrix/applications.js';
import { openRuns } from '../../dist/testkit/matrix/cells.js';
import { cells, limits, openTelemetry, reference, title, witnesses } from '../../dist/testkit/matrix/design.js';
import { dependenciesOf, faultOfLibrary, libraryCells, libraryRows } from '../../dist/testkit/matrix/libraries.js';

const LIMIT_MILLIS = 90_000;

/** @returns each with its title and `run(work)`, which gives what is wrong, or nothing; the reference is the first */
export function tasksOf() {
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
    ...witnesses.map(({ limit, cell }) => ({
      title: `limit ${limits.indexOf(limit) + 1}: ${title(cell)}`,
      run: (work) => runIn(work, cell),
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

export const libraryTitle = ({ name, node, format }) => `library: ${name} · ${node} · ${format}`;
