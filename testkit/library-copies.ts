// SPDX-License-Identifier: Apache-2.0
// One application on two copies of a library, in one process: once on each of them, one after the other.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preloadFile, type RecordedSpan } from './bare-and-woven.js';
import { applicationWith, register, root, runNode, usePackages } from './child.js';
import { type AppLibrary, type AppRun, usePackagesOf } from './library-apps.js';

export interface OtherCopy {
  readonly library: AppLibrary;
  /** Packages that are copied instead of linked, with the version that is said of the copy. */
  readonly copied?: Readonly<Record<string, string>>;
}

export interface CopiesResult {
  /** What the application returned, on the one and on the other. */
  readonly seen: readonly [unknown, unknown];
  readonly spans: readonly [readonly RecordedSpan[], readonly RecordedSpan[]];
  readonly stderr: string;
  readonly diag: readonly string[];
}

/** Where the other copy is, which the application finds by a file beside it. */
const OTHER = 'other';
const SECOND = 'the second begins';

export async function runOnCopies(
  one: AppLibrary,
  other: OtherCopy,
  { format, app, bare = false, node, env }: AppRun,
): Promise<CopiesResult> {
  const { folder, remove } = applicationWith({
    'package.json': '{}',
    [`packages.${format}`]: loading(one, format),
    [`${OTHER}/packages.${format}`]: loading(other.library, format),
    'main.mjs': program(join(root, 'test/libraries', one.key, 'apps', `${app}.mjs`), app, format),
  });
  try {
    usePackages(folder, '@opentelemetry');
    usePackagesOf(one, folder);
    usePackagesOf(other.library, join(folder, OTHER));
    for (const [name, version] of Object.entries(other.copied ?? {})) copyAs(join(folder, OTHER), name, version);
    const files = { SPANS_FILE: join(folder, 'spans.jsonl'), DIAG_FILE: join(folder, 'diag.jsonl') };
    const imported = [preloadFile('record-diag'), ...(bare ? [] : [register]), preloadFile('record-spans')];
    const { stdout, stderr, code } = await runNode({
      args: ['--no-warnings', ...imported.flatMap((path) => ['--import', path]), 'main.mjs'],
      cwd: folder,
      env: { ...env, ...files },
      ...(node === undefined ? {} : { node }),
    });
    assert.equal(code, 0, stderr);
    const spans = linesOf<RecordedSpan>(files.SPANS_FILE);
    const second = spans.find(({ name }) => name === SECOND);
    assert.ok(second !== undefined);
    return {
      seen: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''),
      spans: [
        spans.filter(({ start }) => start < second.start),
        spans.filter(({ start, name }) => start >= second.start && name !== SECOND),
      ],
      stderr,
      diag: linesOf(files.DIAG_FILE),
    };
  } finally {
    remove();
  }
}

function loading({ packages }: AppLibrary, format: AppRun['format']): string {
  const load = Object.entries(packages).map(([name, specifier]) =>
    format === 'cjs'
      ? `exports.${name} = require(${JSON.stringify(specifier)});`
      : `import * as ${name} from ${JSON.stringify(specifier)};`,
  );
  return format === 'cjs' ? load.join('\n') : `${load.join('\n')}\nexport { ${Object.keys(packages)} };`;
}

function program(file: string, app: string, format: AppRun['format']): string {
  return `
    import * as api from '@opentelemetry/api';
    import * as one from './packages.${format}';
    import * as other from './${OTHER}/packages.${format}';
    import { ${app} } from ${JSON.stringify(file)};
    const request = (name, work) => api.trace.getTracer('application').startActiveSpan(name, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    });
    const seen = [await ${app}({ ...one, api, request })];
    await new Promise((resolve) => setTimeout(resolve, 20));
    await request(${JSON.stringify(SECOND)}, () => {});
    seen.push(await ${app}({ ...other, api, request }));
    console.log(JSON.stringify(seen));
  `;
}

/** With what the package depends on beside it: a copy finds nothing that is installed beside the original. */
function copyAs(folder: string, name: string, version: string): void {
  const link = join(folder, 'node_modules', name);
  const original = realpathSync(link);
  rmSync(link);
  cpSync(original, link, { recursive: true });
  const manifestFile = join(link, 'package.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
    (each) => !existsSync(join(folder, 'node_modules', each)) && existsSync(join(root, 'node_modules', each)),
  );
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  usePackages(folder, ...needed);
  rmSync(manifestFile);
  writeFileSync(manifestFile, JSON.stringify({ ...manifest, version }));
}

function linesOf<Line>(file: string): Line[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
