// SPDX-License-Identifier: Apache-2.0
// An application beside a vendor, without ours and with ours before and behind it: what it prints, how it ends, and which spans come out
// where the vendor sends its own.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { applicationWith, runNode } from '../child.js';
import type { Format } from '../formats.js';
import { packageName } from '../installed.js';
import { startOtlpReceiver } from '../otlp-receiver.js';
import { addressOf } from '../servers.js';
import { applications, filesOf } from './applications.js';
import { installBeside } from './install.js';
import type { Vendor } from './vendors.js';

interface Span {
  readonly name: string;
  readonly id: string;
  /** Of a root, whatever its vendor writes there. */
  readonly parent: string | undefined;
  readonly trace: string;
}

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly spans: readonly Span[];
}

export const orders = ['before', 'behind'] as const;
type Order = (typeof orders)[number];

const LIMIT_MILLIS = 60_000;
const SCHEMA = `neighbours_${process.pid}`;

export interface Neighbourhood {
  /**
   * What is wrong with ours in this place, which is nothing where the application and the vendor are as they are without it, and ours are
   * among the vendor's spans as the vendor allows.
   *
   * @param node the binary
   */
  faultOf(node: string, format: Format, order: Order): Promise<string | undefined>;
  remove(): void;
}

/** @param install makes an application of a folder with the vendor's packages; default: has npm install them */
export function openNeighbourhood(vendor: Vendor, install = installBeside): Neighbourhood {
  const application = applications[vendor.application];
  const { folder, remove } = applicationWith({
    'package.json': '{ "name": "application" }',
    ...filesOf(application),
    ...vendor.files,
  });
  try {
    install(vendor, folder);
  } catch (error) {
    remove();
    throw error;
  }
  const bareRuns = new Map<string, Promise<Run>>();
  const isOurs = ({ name }: Span) => application.ours.includes(name);

  return {
    remove,
    async faultOf(node, format, order) {
      const key = [node, format].join();
      const bare = bareRuns.get(key) ?? run(vendor, folder, node, format);
      bareRuns.set(key, bare);
      const without = await bare;
      if (without.code !== 0 || without.spans.length === 0)
        return `does not work without ours: ${JSON.stringify(without)}`;
      const beside = await run(vendor, folder, node, format, order);
      for (const what of ['stdout', 'stderr', 'code'] as const) {
        if (beside[what] !== without[what]) return `${what}: ${show(beside[what])} instead of ${show(without[what])}`;
      }
      const [theirs, ours] = [beside.spans.filter((span) => !isOurs(span)), beside.spans.filter(isOurs)];
      const [names, expected] = [namesOf(theirs), namesOf(without.spans)];
      if (!isDeepStrictEqual(names, expected))
        return `spans of the vendor: ${show(names)} instead of ${show(expected)}`;
      const arrived = vendor.takesOurs ? application.ours : [];
      if (!isDeepStrictEqual(namesOf(ours), arrived))
        return `our spans: ${show(namesOf(ours))} instead of ${show(arrived)}`;
      return vendor.takesOurs ? faultOfTrace(theirs, ours, vendor) : undefined;
    },
  };
}

/** Each of ours is below a span of theirs, and each statement below one of ours. */
function faultOfTrace(theirs: readonly Span[], ours: readonly Span[], { application }: Vendor): string | undefined {
  const all = new Map([...theirs, ...ours].map((span) => [span.id, span]));
  const above = (span: Span): Span[] => {
    const parent = all.get(span.parent ?? '');
    return parent === undefined ? [] : [parent, ...above(parent)];
  };
  const alone = ours.filter((span) => !above(span).some((each) => theirs.includes(each)));
  if (alone.length > 0) return `not in the trace of the request: ${show(namesOf(alone))}`;
  if (application !== 'shop') return undefined;
  const statements = theirs.filter(({ name }) => /\b(?:BEGIN|SELECT|INSERT|COMMIT)\b|^pg\.query/.test(name));
  const outside = statements.filter((span) => !above(span).some((each) => ours.includes(each)));
  if (statements.length === 0 || outside.length > 0) return `statements not below ours: ${show(namesOf(outside))}`;
  return undefined;
}

async function run(vendor: Vendor, folder: string, node: string, format: Format, order?: Order): Promise<Run> {
  const receiver = await startOtlpReceiver();
  const file = join(folder, `spans-${format}-${order ?? 'bare'}.json`);
  const flag = vendor.preload[format].includes('--require') ? '--require' : '--import';
  const ours = order === undefined ? [] : [flag, `${packageName}/register`];
  const theirs = vendor.preload[format];
  try {
    const { stdout, stderr, code } = await runNode({
      node,
      args: [...(order === 'before' ? [...ours, ...theirs] : [...theirs, ...ours]), `main.${format}`],
      cwd: folder,
      env: {
        ...(vendor.reports === 'otlp' ? receiver.env : {}),
        ...vendor.env,
        POSTGRES_URL: addressOf('postgresql'),
        PGOPTIONS: `-c search_path=${SCHEMA}`,
        SPANS_FILE: file,
      },
      timeoutMillis: LIMIT_MILLIS,
    });
    const [lines, spans] =
      vendor.reports === 'datadog'
        ? datadogSpans(stdout, applications[vendor.application].ours)
        : [stdout, spansIn(file)];
    return {
      stdout: lines,
      stderr: stderr.replaceAll(/\(node:\d+\)/g, '(node)'),
      code,
      spans: vendor.reports === 'otlp' ? receiver.spans.map(exported) : spans,
    };
  } finally {
    await receiver.close();
  }
}

function exported({
  name,
  spanId,
  parentSpanId,
  traceId,
}: {
  name: string;
  spanId: string;
  parentSpanId: string | undefined;
  traceId: string;
}): Span {
  return { name, id: spanId, parent: parentSpanId, trace: traceId };
}

function spansIn(file: string): Span[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

/**
 * Its exporter for functions without an agent writes a line of JSON for each piece of a trace. What came through the OpenTelemetry API has
 * its name as `resource`, and is named after what its attributes say of a database.
 */
function datadogSpans(stdout: string, ours: readonly string[]): [string, Span[]] {
  const lines = stdout.split('\n');
  const traces = lines.filter((line) => line.startsWith('{"traces":'));
  const spans = traces.flatMap((line) => (JSON.parse(line).traces as Record<string, string>[][]).flat());
  return [
    lines.filter((line) => !traces.includes(line)).join('\n'),
    spans.map(({ name = '', resource = '', span_id: id = '', parent_id: parent, trace_id: trace = '' }) => ({
      name: ours.includes(resource) ? resource : name,
      id,
      parent,
      trace,
    })),
  ];
}

/** The tables that the server keeps events in. */
export async function createTables(): Promise<{ drop: () => Promise<void> }> {
  const { getSchema } = await import('eventsource/migrations');
  const pool = new pg.Pool({ connectionString: addressOf('postgresql'), options: `-c search_path=${SCHEMA}`, max: 1 });
  await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA}`);
  await pool.query(getSchema('all', 'postgresql'));
  return {
    async drop() {
      await pool.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
      await pool.end();
    },
  };
}

function namesOf(spans: readonly Span[]): string[] {
  return spans.map(({ name }) => name).sort();
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
