// SPDX-License-Identifier: Apache-2.0
// Runs a cell of the matrix: what the application prints, how it ends and which spans arrive, beside the same one without ours.
import { pathToFileURL } from 'node:url';
import { type ChildResult, runNode } from '../child.js';
import { startOtlpReceiver } from '../otlp-receiver.js';
import { storiesOf } from '../span-stories.js';
import { type Application, applications, printed } from './applications.js';
import { type Cell, isBefore, limitOf, type Preload, preloads } from './design.js';
import { type PackageManager, packageManagers } from './installs.js';

export interface Place {
  /** Where the applications are, with what they need. */
  readonly folder: string;
  /** The binary. */
  readonly node: string;
  /** Ends hard what does not end by then. */
  readonly limitMillis: number;
}

/** An empty file in our place, loaded as ours is. */
function emptyPreload({ args, options }: Preload): Preload {
  const empty = (text: string) => (text.includes('--import') ? '--import ./empty.mjs' : '--require ./empty.cjs');
  return options === undefined ? { args: empty(args?.join(' ') ?? '').split(' ') } : { options: empty(options) };
}

export interface Runs {
  /**
   * Says what differs from the same application without ours, or from the spans of the first cell that was run; `undefined` when
   * nothing does. Of a cell with a limit, what shows that there is none.
   */
  faultOf(cell: Cell, place: Place): Promise<string | undefined>;
}

export function openRuns(): Runs {
  const bareOutcomes = new Map<string, Promise<string>>();
  let expected: string | undefined;

  function bare(cell: Cell, place: Place): Promise<string> {
    const key = JSON.stringify([place, { ...cell, preload: undefined }]);
    const outcome = bareOutcomes.get(key) ?? run(cell, {}, place).then(({ outcome }) => outcome);
    bareOutcomes.set(key, outcome);
    return outcome;
  }

  async function faultOfLimit(cell: Cell, place: Place, shownBy: 'bare' | 'empty preload') {
    const outcome = await bare(cell, place);
    if (shownBy === 'bare')
      return outcome === intended ? 'the application runs, so there is no limit any more' : undefined;
    const { outcome: beside } = await run(cell, emptyPreload(preloads[cell.preload]), place);
    return beside === outcome ? 'it runs beside an empty preload, so the limit is none of Node.js' : undefined;
  }

  return {
    async faultOf(cell, place) {
      const shownBy = limitOf(cell)?.shownBy;
      if (shownBy === 'nothing to run') return undefined;
      if (shownBy !== undefined) return faultOfLimit(cell, place, shownBy);
      const without = await bare(cell, place);
      if (!without.startsWith(intended)) return `without ours it gives ${without}`;
      const { outcome, spans } = await run(cell, preloads[cell.preload], place);
      if (outcome !== without) return `${outcome} instead of ${without}`;
      const stories = JSON.stringify(storiesOf(spans), null, 1);
      expected ??= stories;
      return stories === expected ? undefined : `${spans.length} spans: ${firstDifference(stories, expected)}`;
    },
  };
}

async function run(cell: Cell, { args = [], options }: Preload, { node, folder, limitMillis }: Place) {
  const { file, loader = [] }: Application = applications[cell.application];
  const { nodeOptions }: PackageManager = packageManagers[cell.packageManager];
  const allOptions = [nodeOptions?.(folder), options].filter((each) => each !== undefined);
  const receiver = await startOtlpReceiver();
  try {
    const result = await runNode({
      node,
      args: [
        ...(isFlagNeeded(cell) ? ['--experimental-strip-types'] : []),
        ...loader,
        ...(cell.neighbour === 'alone' ? [] : ['--import', './loader.mjs']),
        ...args,
        file,
      ],
      cwd: folder,
      env: {
        ...receiver.env,
        OTEL_SERVICE_NAME: 'application',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        ...(allOptions.length === 0 ? {} : { NODE_OPTIONS: allOptions.join(' ') }),
      },
      timeoutMillis: limitMillis,
    });
    return { outcome: outcomeOf(result, folder), spans: [...receiver.spans] };
  } finally {
    await receiver.close();
  }
}

const isFlagNeeded = (cell: Cell) =>
  cell.application.startsWith('type stripping') && isBefore(cell, '22.18.0') && !isBefore(cell, '22.0.0');

const intended = JSON.stringify([`exit ${printed.code}`, printed.stdout]).slice(0, -1);

/** Node puts its process id before its own warnings. */
function outcomeOf({ stdout, stderr, code, signal }: ChildResult, folder: string): string {
  const end = signal === null ? `exit ${code}` : signal === 'SIGKILL' ? 'killed, since it did not end' : signal;
  const said = [folder, pathToFileURL(folder).href].reduce((text, path) => text.replaceAll(path, '.'), stderr);
  return JSON.stringify([end, stdout.trim(), said.replaceAll(/\(node:\d+\)/g, '(node)').slice(0, 1_000)]);
}

function firstDifference(text: string, expected: string): string {
  const [lines, others] = [text.split('\n'), expected.split('\n')];
  const at = lines.findIndex((line, index) => line !== others[index]);
  return at < 0 ? 'less than expected' : `${lines[at]?.trim()} instead of ${others[at]?.trim()}`;
}
