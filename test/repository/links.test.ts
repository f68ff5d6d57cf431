// SPDX-License-Identifier: Apache-2.0
// Links that lead nowhere: in Markdown files, and from comments into docs/. The repository explains itself, so nothing in it
// may point to a document that a clone does not have.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Where comments are read, and the files of the preload beside them. */
const sources = [
  'src',
  'test',
  'testkit',
  'bench',
  'scripts',
  'fixtures',
  ...readdirSync(root).filter((name) => /^(?:register|hook)\b/.test(name)),
];

/** Written so that it does not find itself. */
const elsewhere = /[c]raft|[d]ecisions? [A-Z]\d|[p]erformance §|[a]pi\.md|\([A-Z]\d{1,2}(?:, [A-Z]\d{1,2})*\)/;

/** Places among the sources that still point there. */
const toBeCleared: readonly string[] = [];

describe('links', () => {
  it('in Markdown files lead to files and headings that are there', () => {
    assert.deepEqual(filesBelow(root, /\.md$/).flatMap(brokenLinks), []);
  });

  it('from the source into docs/ lead to headings that are there', () => {
    assert.deepEqual(sourceFiles(sources).flatMap(brokenReferences), []);
  });

  it('to documents outside the repository are nowhere but in the places that are still to be cleared', () => {
    const found = sourceFiles(sources).flatMap(linesElsewhere);
    assert.deepEqual(
      found.filter((line) => !toBeCleared.some((place) => line.startsWith(place))),
      [],
    );
    assert.deepEqual(
      toBeCleared.filter((place) => !found.some((line) => line.startsWith(place))),
      [],
      'cleared: take these off the list',
    );
  });

  it('are called broken when the file, the heading or the heading on the same page is missing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'links-'));
    try {
      const page = join(folder, 'page.md');
      const text = [
        ...[
          '# A page',
          '',
          '## A `coded` heading, twice',
          '',
          '## A `coded` heading, twice',
          '',
          '```',
          '# no heading',
          '```',
        ],
        ...['[a](#a-page) [b](page.md#a-coded-heading-twice-1) [c](.) `[no](link)` [d](https://example.org/#x)'],
        ...['[e](#no-heading) [f](page.md#a-coded-heading-twice-2) [g](none.md) ![h](none.png)', '', '[i]: none.txt'],
      ];
      writeFileSync(page, text.join('\n'));
      assert.deepEqual(
        brokenLinks(page).map((broken) => broken.replace(/^.* /, '')),
        ['#no-heading', 'page.md#a-coded-heading-twice-2', 'none.md', 'none.png', 'none.txt'],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function brokenLinks(file: string): string[] {
  const text = withoutFences(readFileSync(file, 'utf8')).replace(/`[^`\n]*`/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]:\s*(\S+)/gm)].map(
    ([, inline, defined]) => inline ?? defined ?? '',
  );
  return links
    .filter((link) => !/^[a-z]+:/.test(link) && !resolves(link, file))
    .map((link) => `${shown(file)}: ${link}`);
}

function brokenReferences(file: string): string[] {
  return linesOf(file).flatMap((line, index) =>
    [...line.matchAll(/(?<![\w/.-])docs\/[\w/-]+\.md(?:#[\w-]*)?/g)]
      .filter(([reference]) => !resolves(reference, join(root, 'README.md')))
      .map(([reference]) => `${shown(file)}:${index + 1}: ${reference}`),
  );
}

function resolves(link: string, from: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : resolve(dirname(from), decodeURI(path));
  if (!existsSync(target)) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(target).has(anchor);
}

/** As GitHub makes them of headings; the second of two equal ones gets a number. */
function anchorsOf(file: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutFences(readFileSync(file, 'utf8')).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const slug = heading
      .replace(/\]\([^)]*\)/g, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let number = 1; anchors.has(anchor); number++) anchor = `${slug}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}

function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}

function linesElsewhere(file: string): string[] {
  return linesOf(file).flatMap((line, index) =>
    elsewhere.test(line) ? [`${shown(file)}:${index + 1}: ${line.trim()}`] : [],
  );
}

function sourceFiles(places: readonly string[]): string[] {
  return places
    .map((path) => join(root, path))
    .filter((path) => existsSync(path))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path, /\.(?:[cm]?[jt]s|json|md)$/) : [path]));
}

function filesBelow(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return name.test(entry.name) ? [path] : [];
    return /^(?:node_modules|dist|dist-test|\.git|\.cache)$/.test(entry.name) ? [] : filesBelow(path, name);
  });
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n');
}

function shown(file: string): string {
  return relative(root, file);
}
