// SPDX-License-Identifier: Apache-2.0
// A diagnosis on one screen, or as JSON.
import type { Diagnosis } from './doctor.js';
import { counted, listed } from './facts.js';
import type { Copy, Report } from './report.js';

const LABEL = 14;
/** Between words; what a number counts in stays beside it. */
const SPACE = /(?<!\d) | (?!m?s\b)/;
/** The columns of a terminal. */
const WIDTH = 110;

export function asJson({ version, findings, report }: Diagnosis): string {
  return JSON.stringify({ version, findings, report }, undefined, 2);
}

export function asText({ version, findings, report }: Diagnosis): string {
  const problems = findings.filter(({ weight }) => weight === 'problem').length;
  const hints = findings.length - problems;
  const told = findings.map(({ id, weight, seen, remedy }) =>
    [
      `${weight === 'problem' ? '✗' : '·'} ${id}`,
      ...seen.slice(0, 5).flatMap((sentence) => wrapped(sentence, '    ')),
      ...wrapped(`→ ${withoutLinks(remedy)}`, '    '),
    ].join('\n'),
  );
  return [
    `opentelemetry-instrumentation-eventsource ${version}, doctor`,
    '',
    ...(report === undefined ? [] : [...rowsOf(report), '']),
    problems === 0 ? 'No problem was found.' : counted(problems, 'problem'),
    ...(hints === 0 ? [] : [`${counted(hints, 'hint')}, for what may be meant so.`]),
    ...told.flatMap((text) => ['', text]),
  ].join('\n');
}

function rowsOf(report: Report): string[] {
  const { process, end, copies, instrumentation, libraries, sdk, spans, exporters, testSpan, switches } = report;
  const rows: readonly (readonly [string, string])[] = [
    [
      'Process',
      `Node.js ${process.version}, module hooks ${process.hooks}; ended ${endOf(end)} after ${(end.millis / 1000).toFixed(1)} s`,
    ],
    [
      'Instrumentation',
      instrumentation.by === undefined ? 'not there' : `${instrumentation.on ? 'on' : 'off'}, by ${instrumentation.by}`,
    ],
    ['Packages', listed(copies.map(shownCopy), 12)],
    ...(libraries.length === 0 ? [['Libraries', 'none was found'] as const] : []),
    ...libraries.map(({ library, packages, modules, methods, unsupported, yielded }) => {
      const where =
        packages.length === 0 ? 'by hand' : packages.map((copy) => `${shownCopy(copy)} in ${copy.folder}`).join(', ');
      const what = unsupported ?? yielded ?? `${counted(methods, 'method')} woven in ${counted(modules, 'module')}`;
      return [`  ${library}`, `${where}: ${what}`] as const;
    }),
    [
      'Provider',
      sdk.provider === undefined
        ? 'none'
        : `${sdk.provider}, sampler ${sdk.sampler?.replace(/, remote.*(?=\}$)/, '') ?? 'unknown'}; ${listed(sdk.processors) || 'no processor'}`,
    ],
    ['Others', `metrics: ${sdk.meterProvider ?? 'none'}, logs: ${sdk.loggerProvider ?? 'none'}`],
    ['Context', `${sdk.contextManager ?? 'no context manager'}`],
    ['Propagator', `${sdk.propagator ?? 'none'}: injects ${shownPairs(sdk.carrier) || 'nothing'}`],
    ...exporters.map(({ name, endpoint, failure }): readonly [string, string] => [
      'Exporter',
      `${name}${endpoint === undefined ? '' : ` to ${endpoint}`}${failure === undefined ? '' : `: ${failure.message}`}`,
    ]),
    [
      'Spans',
      `${spans.ours} of ours, ${spans.others} of others, ${spans.unsent} unsent; a test span: ${shownTest(testSpan)}`,
    ],
    [
      'Off',
      listed(
        switches.flatMap(({ family, mode, offObjects }) => (mode === 'off' ? [family] : offObjects)),
        8,
      ),
    ],
    ['Variables', shownPairs(report.variables.set)],
  ];
  return rows.filter(([, text]) => text !== '').flatMap(([label, text]) => row(label, text));
}

/** They lead to pages beside the page of findings. */
function withoutLinks(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}

function row(label: string, text: string): string[] {
  const [first = '', ...more] = wrapped(text, ' '.repeat(LABEL + 2));
  return [label.padEnd(LABEL + 2) + first.trimStart(), ...more];
}

function endOf({ how, code, error }: Report['end']): string {
  if (how === 'limit') return 'by the doctor';
  return `${how === 'by itself' ? how : `by ${how}`}${error === undefined ? '' : ` (${error})`} with code ${code}`;
}

function shownCopy({ name, version }: Copy): string {
  return version === undefined ? name : `${name} ${version}`;
}

function shownTest({ state, traceId }: Report['testSpan']): string {
  return traceId === undefined ? state : `${state}, trace ${traceId}`;
}

function shownPairs(pairs: Readonly<Record<string, string | null>>): string {
  return Object.entries(pairs)
    .map(([name, value]) => (value === null ? name : `${name}=${value}`))
    .join(', ');
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(SPACE)) {
    if (line.trim() !== '' && line.length + word.length >= WIDTH) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
