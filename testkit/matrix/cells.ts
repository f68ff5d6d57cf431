// SPDX-License-Identifier: Apache-2.0
// Runs a cell of the matrix: what the application prints, how it ends and which spans arrive, beside the same one without ours.
import { pathToFileURL } from 'node:url';
import { type ChildResult, runNode } from '../child.js';
import { startOtlpReceiver } from '../otlp-receiver.js';
import type { ExportedSpan } from '../otlp-traces.js';
import { storiesOf } from '../span-stories.js';
import { type Application, applications, printed } from './applications.js';
import { type Cell, isBefore, type Limit, limitOf, type Preload, preloads } from './design.js';
import { type PackageManager, packageManagers } from './installs.js';

export interface Place {
  /** Where the applications are, with what they need. */
  readonly folder: string;
  /** The binary. */
  readonly node: string;
  /** Ends hard what does not end by then. */
  readonly limitMillis: number;
}

/** An empty file in our place, loaded as ours is; where ours is named as a file, it is an ES module as well. */
function emptyPreload(name: Cell['preload']): Preload {
  const file = name.includes('--import') || name === '--require file' ? './empty.mjs' : './empty.cjs';
  const flag = name.includes('--import') ? '--import' : '--require';
  return name.startsWith('NODE_OPTIONS') ? { options: `${flag} ${file}` } : { args: [flag, file] };
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

  async function faultOfLimit(cell: Cell, place: Place, { shownBy, onlyWarns }: Limit) {
    if (shownBy === 'nothing to run') return undefined;
    const without = await bare(shownBy === 'required ES module' ? { ...cell, application: 'CommonJS' } : cell, place);
    if (!without.startsWith(intended)) return undefined;
    if (shownBy === 'bare' || shownBy === 'required ES module') return 'it runs without ours: no limit any more';
    const instead = shownBy === 'another loader' ? { args: ['--import', './loader.mjs'] } : emptyPreload(cell.preload);
    const { outcome } = await run(cell, instead, place);
    if (outcome === without) return `it runs beside ${shownBy}: no limit any more, or one of ours`;
    if (onlyWarns === undefined) return undefined;
    const ours = await run(cell, preloads[cell.preload], place);
    return ours.outcome.startsWith(intended) ? faultOfSpans(ours.spans) : ours.outcome;
  }

  function faultOfSpans(spans: readonly ExportedSpan[]): string | undefined {
    const stories = JSON.stringify(storiesOf(spans), null, 1);
    expected ??= stories;
    return stories === expected ? undefined : `${spans.length} spans: ${firstDifference(stories, expected)}`;
  }

  return {
    async faultOf(cell, place) {
      const limit = limitOf(cell);
      if (limit !== undefined) return faultOfLimit(cell, place, limit);
      const without = await bare(cell, place);
      if (!without.startsWith(intended)) return `without ours it gives ${without}`;
      const { outcome, spans } = await run(cell, preloads[cell.preload], place);
      return outcome === without ? faultOfSpans(spans) : `${outcome} instead of ${without}`;
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
        // Two seconds are little where the receiver shares two processors with everything else.
        OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '30000',
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

/** Node puts its process id before its own warnings, and says them when it comes to it: lines of stderr are in no order. */
function outcomeOf({ stdout, stderr, code, signal }: ChildResult, folder: string): string {
  const end = signal === null ? `exit ${code}` : signal === 'SIGKILL' ? 'killed, since it did not end' : signal;
  const said = [folder, pathToFileURL(folder).href].reduce((text, path) => text.replaceAll(path, '.'), stderr);
  return JSON.stringify([end, stdout.trim(), linesOf(said).slice(0, 1_000)]);
}

function linesOf(text: string): string {
  return text
    .replaceAll(/\(node:\d+\)/g, '(node)')
    .trim()
    .split('\n')
    .sort()
    .join('\n');
}

function firstDifference(text: string, expected: string): string {
  const [lines, others] = [text.split('\n'), expected.split('\n')];
  const at = lines.findIndex((line, index) => line !== others[index]);
  return at < 0 ? 'less than expected' : `${lines[at]?.trim()} instead of ${others[at]?.trim()}`;
}
