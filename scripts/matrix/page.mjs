// docs/compatibility.md: what the last whole run of the matrix has tried, all of it green. And a line of it in README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  cells,
  factors,
  impossible,
  limits,
  limitsOfPair,
  nodesOfLibraries,
  showings,
  title,
} from '../../dist/testkit/matrix/design.js';
import { libraryCells, libraryRows } from '../../dist/testkit/matrix/libraries.js';
import { replaceBlock } from '../markdown.mjs';
import { libraryTitle, tasksOf } from './tasks.mjs';

const PAGE = 'docs/compatibility.md';
const README = 'README.md';

/**
 * @param versions what the names of versions stood for in the run
 * @param missing titles of the cells that were not run
 */
export function writePage(root, versions, missing) {
  for (const [file, text] of Object.entries(documents(root, { versions, missing })))
    writeFileSync(join(root, file), text);
}

/** Says what is stale. Versions and what is missing are those of the last run, whatever there is now. */
export function checkPage(root) {
  const written = readFileSync(join(root, PAGE), 'utf8');
  const run = JSON.parse(/<!-- run: (.*) -->/.exec(written)?.[1] ?? '{ "versions": {}, "missing": [] }');
  const stale = Object.entries(documents(root, run))
    .filter(([file, text]) => readFileSync(join(root, file), 'utf8') !== text)
    .map(([file]) => file);
  return stale.length === 0
    ? undefined
    : `${stale.join(' and ')}: other cells than would be run now: npm run test:matrix`;
}

function documents(root, run) {
  const readme = readFileSync(join(root, README), 'utf8');
  return { [PAGE]: pageOf(run), [README]: replaceBlock(readme, 'compatibility', inReadme(run)) };
}

function pageOf({ versions, missing }) {
  const isMissing = new Set(missing);
  const tried = cells.filter((cell) => !isMissing.has(title(cell)));
  const verdict = (pair) => verdictOf(pair, tried);
  const nodes = factors.node.map((name) => [name, versions[name] ?? name]);
  const across = (other, columns = factors[other]) => [
    ['Node.js', ...columns],
    ...nodes.map(([name, version]) => [version, ...columns.map((value) => verdict(['node', name, other, value]))]),
  ];
  return `<!-- Written by npm run test:matrix. -->
<!-- run: ${JSON.stringify({ versions, missing })} -->

# Where it has been tried

Both packages as tarballs, as they would be published, installed by ${list(managers(versions))} into fresh folders; an application that
saves, loads, publishes and meets a conflict; and the same application without ours. Asked was: are the spans those of the first cell, with
their attributes; are exit code and output those of the run without ours; is there no line on stderr that is not there without ours?

Not every combination is run. The ${cells.length} cells [below](#cells) are a choice in which **each two values are together at least once**
(${factors.node.length} versions of Node.js × ${factors.application.length} kinds of application × ${factors.preload.length} ways to preload × ${factors.packageManager.length} package managers × OpenTelemetry 2.x and 3.x ×
alone or beside somebody else's loader); a greedy function chooses them, the same ones each time. A tick says that the two have been together
in one or more cells, all of them green; a number is that of a [limit](#limits) that forbids every such cell. \`npm run test:matrix\` runs it all, and writes this page only if nothing is red.${
    missing.length === 0
      ? ''
      : `\n\n**${missing.length} of ${tasksOf().length} cells have not been run yet**: a dot says so. \`npm run test:matrix -- --resume\` runs them.`
  }

**Contents:** [Applications](#applications) · [Preloads](#preloads) · [Package managers and OpenTelemetry](#package-managers-and-opentelemetry) ·
[Limits](#limits) · [Other libraries](#other-libraries) · [Cells](#cells)

## Applications

Files \`.mjs\`, \`.cjs\`, \`.mts\` and \`.cts\`. tsx and swc (\`@swc-node/register\`) are loaded by \`--import\` for ES modules, \`tsx/cjs\` and \`@swc-node/register\`
by \`--require\` for CommonJS; before Node.js 22.18 type stripping has its flag.

${table(across('application'))}

## Preloads

"Package" is \`opentelemetry-instrumentation-eventsource/register\`, "file" the same by its path, as \`./register\` in a checkout; \`instrumentation\` is the file with a
\`NodeSDK\` from the [README](../README.md#use-it).

${table(across('preload'))}

${table([
  ['application', ...factors.preload],
  ...factors.application.map((name) => [
    name,
    ...factors.preload.map((value) => verdict(['application', name, 'preload', value])),
  ]),
])}

## Package managers and OpenTelemetry

${table(
  across('packageManager').map((row, place) => [
    ...row,
    ...(across('openTelemetry')[place]?.slice(1) ?? []).map((cell) => (place === 0 ? `OpenTelemetry ${cell}` : cell)),
  ]),
)}

## Limits

Each is shown anew in each run by what stands beside it, so one that is gone makes the run red.

${table([
  ['', 'what', 'shown by'],
  ...limits.map(({ reason, shownBy }, place) => [String(place + 1), reason, showings[shownBy]]),
])}

## Other libraries

A golden application on each, with its spans, measurements and log records as recorded, and what it sees as without ours; ES module and CommonJS,
installed by npm, OpenTelemetry 2.x.

${table([
  ['', ...nodesOfLibraries.map((name) => `Node.js ${versions[name] ?? name}`)],
  ...Object.keys(libraryRows).map((name) => [
    name,
    ...nodesOfLibraries.map((node) => {
      const ofNode = libraryCells.filter((cell) => cell.name === name && cell.node === node);
      return ofNode
        .map((cell) => `${FORMATS[cell.format]} ${isMissing.has(libraryTitle(cell)) ? '·' : '✓'}`)
        .join(', ');
    }),
  ]),
])}

## Cells

All of them green.

${table([
  [
    'Node.js',
    ...Object.keys(factors)
      .slice(1)
      .map((name) => headings[name]),
  ],
  ...cells.map(({ node, ...rest }) => [versions[node] ?? node, ...Object.values(rest)]),
])}
`;
}

const headings = {
  application: 'application',
  preload: 'preload',
  neighbour: 'neighbour',
  openTelemetry: 'OpenTelemetry',
  packageManager: 'package manager',
};

const impossiblePairs = new Set(impossible.map((pair) => pair.join()));

const FORMATS = { mjs: 'ESM', cjs: 'CommonJS' };

/** Of a pair: a tick where it was tried, a dot where it was not yet, or else the limits that forbid all of its cells. */
function verdictOf([one, value, other, another], tried) {
  const pair = [one, value, other, another];
  if (impossiblePairs.has(pair.join()))
    return limitsOfPair(pair)
      .map((limit) => limits.indexOf(limit) + 1)
      .join(', ');
  return tried.some((cell) => cell[one] === value && cell[other] === another) ? '✓' : '·';
}

function inReadme({ versions, missing }) {
  const newest = ['20', '22', '24', '26'].map((name) => versions[name] ?? name);
  const count = tasksOf().length - missing.length;
  return `Tried as tarballs in fresh folders, ${count} runs: Node.js ${list(['20.19.0', '22.12.0', ...newest])}; ES modules, CommonJS, tsx, swc, type
stripping; each way to preload; npm, pnpm, Yarn 1, Yarn 4 and Plug’n’Play. [The table, and ${limits.length} limits of Node.js](${PAGE}).`;
}

function managers(versions) {
  const named = factors.packageManager.map((name) => [name.split(/[ ,]/)[0], versions[name]]);
  return [...new Map(named.map(([name, version]) => [version, `${name} ${version}`])).values()];
}

function list(words) {
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function table([head, ...rows]) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
