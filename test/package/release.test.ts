// SPDX-License-Identifier: Apache-2.0
// A release, in a git repository of its own that has what the steps look at. Nothing is published: what would be run is noted.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { addFiles, applicationWith, root } from '../../testkit/child.js';

interface Release {
  readonly root: string;
  readonly args: readonly string[];
  readonly run: (command: string, ...args: readonly string[]) => boolean;
  readonly say: (line: string) => void;
  readonly date: string;
}

const script = (name: string) => import(join(root, 'scripts/release', name));
const version = (text: string) => `export const PACKAGE_VERSION = '${text}';\n`;
const changelog =
  '# Changelog\n\nWords.\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [1.2.0] - 2026-01-01\n\n- Old.\n';

const manifest = {
  name: 'opentelemetry-instrumentation-eventsource',
  version: '1.2.0',
  repository: { type: 'git', url: 'git+https://git.example/we/ours.git' },
  files: ['dist', 'pages/*.md', 'src', 'register', 'hook.mjs', 'CHANGELOG.md', 'SECURITY.md'],
};
const files = {
  '.gitignore': '/release/\n',
  'package.json': JSON.stringify(manifest, null, 2),
  'package-lock.json': JSON.stringify({
    version: '1.2.0',
    packages: { '': { version: '1.2.0' }, a: { version: '1.2.0' } },
  }),
  'CHANGELOG.md': changelog,
  'README.md': 'See [spans](pages/spans.md#names), [this](#this) and [that](https://example.org).\n',
  'pages/spans.md': '',
  LICENSE: 'Apache',
  'SECURITY.md': '',
  register: '',
  'hook.mjs': '',
  'src/version.ts': version('1.2.0'),
  'dist/src/version.js': version('1.2.0'),
  'dist/src/version.d.ts': 'export declare const PACKAGE_VERSION = "1.2.0";\n',
  'dist/register.js': '',
  'dist/register.cjs': '',
  'fixtures/eventsource/package.json': JSON.stringify({ name: 'eventsource', version: '0.3.1', files: ['dist'] }),
  'fixtures/eventsource/README.md': "# eventsource\n\nimport { DomainEvent } from 'eventsource/events';\n",
  'fixtures/eventsource/dist/index.js': '',
  'fixtures/eventsource/dist/index.d.ts': '',
};

describe('a release', function () {
  this.timeout(120_000);
  let release: (options: Release) => boolean;
  let folder: string;
  let remove: () => void;
  let ran: string[];
  let said: string[];

  before(async () => {
    ({ release } = await script('release.mjs'));
  });
  beforeEach(() => {
    ({ folder, remove } = applicationWith(files));
    ran = [];
    said = [];
    git('init', '--quiet');
    git('config', 'user.name', 'somebody');
    git('config', 'user.email', 'somebody@example.org');
    commit();
  });
  afterEach(() => remove());

  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const commit = () => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Begin');
  };
  const text = (path: string) => readFileSync(join(folder, path), 'utf8');
  const packed = (name: string, path: string) =>
    execFileSync('tar', ['-xzOf', join(folder, 'release', `${name}.tgz`), `package/${path}`], { encoding: 'utf8' });

  /** git is real, npm is not. */
  function start(args: readonly string[], failing = 'nothing') {
    const run = (command: string, ...rest: readonly string[]) => {
      const line = [command, ...rest].join(' ');
      ran.push(line);
      return command === 'git' ? spawnSync(command, rest, { cwd: folder }).status === 0 : !line.includes(failing);
    };
    return release({ root: folder, args, run, say: (line) => said.push(line), date: '2026-02-03' });
  }

  /** Nothing is changed, and nothing but checks and the build was run. */
  function assertUntouched() {
    for (const [path, before] of Object.entries(files)) assert.equal(text(path), before, path);
    assert.equal(git('log', '--format=%s'), 'Begin');
    assert.equal(git('tag'), '');
    assert.deepEqual(
      ran.filter((line) => !line.startsWith('npm run ')),
      [],
    );
  }

  it('tried dry makes both tarballs, says what it would do, and changes nothing', () => {
    assert.equal(start(['--dry-run']), true, said.join('\n'));
    assertUntouched();
    assert.deepEqual(ran, ['npm run build']);
    assert.equal(
      JSON.parse(packed('opentelemetry-instrumentation-eventsource-1.3.0', 'package.json')).version,
      '1.3.0',
    );
    assert.equal(JSON.parse(packed('eventsource-ts-0.3.1', 'package.json')).name, 'eventsource-ts');
    const lines = said.join('\n');
    assert.match(
      lines,
      /version 1\.2\.0 → 1\.3\.0, tag v1\.3\.0[\s\S]+## \[1\.3\.0\] - 2026-02-03\n\n### Added\n\n- A thing\./,
    );
    assert.match(lines, /would run: npm run test:all\n/);
    assert.match(
      lines,
      /would run: npm publish release\/opentelemetry-\S+-1\.3\.0\.tgz --provenance --access public --tag latest\n/,
    );
    assert.match(lines, /would run: npm publish release\/eventsource-ts-0\.3\.1\.tgz --provenance /);
    assert.doesNotMatch(lines, /would refuse/);
  });

  it('tried dry says what stands in its way', () => {
    addFiles(folder, { 'new.txt': '' });
    git('tag', 'v2.0.0');
    assert.equal(start(['2.0.0', '--dry-run']), true);
    assert.deepEqual(
      said.filter((line) => line.startsWith('would refuse')),
      ['would refuse: the working tree is not clean', 'would refuse: the tag v2.0.0 is there already'],
    );
  });

  it('changes version and changelog, commits, tags and publishes', () => {
    assert.equal(start([]), true, said.join('\n'));
    assert.deepEqual(
      ran.slice(0, 5),
      ['lint', 'check:unused', 'check:package', 'test:all', 'build'].map((name) => `npm run ${name}`),
    );
    assert.deepEqual(
      ran.slice(-2).map((line) => line.replace(/ --access.*/, '')),
      [
        'npm publish release/opentelemetry-instrumentation-eventsource-1.3.0.tgz --provenance',
        'npm publish release/eventsource-ts-0.3.1.tgz --provenance',
      ],
    );
    assert.equal(git('log', '--format=%s', '--max-count=1'), 'Release 1.3.0');
    assert.equal(git('tag', '--points-at', 'HEAD'), 'v1.3.0');
    assert.equal(git('status', '--porcelain'), '');
    assert.equal(JSON.parse(text('package.json')).version, '1.3.0');
    const { version: locked, packages } = JSON.parse(text('package-lock.json'));
    assert.deepEqual([locked, packages['']?.version, packages.a.version], ['1.3.0', '1.3.0', '1.2.0']);
    assert.equal(text('src/version.ts'), version('1.3.0'));
    assert.equal(
      text('CHANGELOG.md'),
      changelog.replace('### Added', '## [1.3.0] - 2026-02-03\n\n### Added').replace('- Old.\n', '- Old.\n'),
    );
  });

  it('packs a page whose links lead to the repository, and the target under its free name', () => {
    start(['--dry-run']);
    const ours = 'opentelemetry-instrumentation-eventsource-1.3.0';
    assert.equal(
      packed(ours, 'README.md'),
      'See [spans](https://git.example/we/ours/blob/v1.3.0/pages/spans.md#names), [this](#this) and [that](https://example.org).\n',
    );
    assert.equal(packed(ours, 'dist/src/version.js'), version('1.3.0'));
    assert.equal(
      packed('eventsource-ts-0.3.1', 'README.md'),
      "# eventsource-ts\n\nimport { DomainEvent } from 'eventsource-ts/events';\n",
    );
    assert.equal(packed('eventsource-ts-0.3.1', 'LICENSE'), 'Apache');
    assert.equal(
      JSON.parse(packed('eventsource-ts-0.3.1', 'package.json')).repository.directory,
      'fixtures/eventsource',
    );
  });

  it('is refused where something is not committed', () => {
    addFiles(folder, { 'new.txt': '' });
    assert.equal(start([]), false);
    assert.deepEqual(said, ['no release: the working tree is not clean']);
    assertUntouched();
  });

  it('is refused where a check is red', () => {
    assert.equal(start([], 'check:package'), false);
    assert.deepEqual(said, ['no release: npm run check:package failed']);
    assertUntouched();
  });

  it('is refused where nothing is unreleased, and where the repository is not named', () => {
    addFiles(folder, {
      'CHANGELOG.md': changelog.replace('### Added\n\n- A thing.\n\n', ''),
      'package.json': JSON.stringify({ ...manifest, repository: undefined }),
    });
    commit();
    assert.equal(start([]), false);
    assert.deepEqual(said, [
      'no release: CHANGELOG.md has nothing unreleased',
      'no release: package.json names no repository, which provenance and the links of the README need',
    ]);
  });

  it('is refused where a tarball has too little or too much', () => {
    rmSync(join(folder, 'SECURITY.md'));
    addFiles(folder, {
      'dist/test/a.js': '',
      'package.json': JSON.stringify({ ...manifest, repository: undefined, dependencies: { a: 'file:../a' } }),
      'README.md': '[gone](pages/gone.md) [there](pages/spans.md)',
      'fixtures/eventsource/dist/telemetry.js': '',
    });
    assert.equal(start(['--dry-run']), false);
    const ours = 'no release: opentelemetry-instrumentation-eventsource-1.3.0.tgz:';
    assert.deepEqual(
      said.filter((line) => line.startsWith('no release')),
      [
        `${ours} missing: SECURITY.md`,
        `${ours} should not be in it: dist/test/a.js`,
        `${ours} a comes from a folder`,
        `${ours} README.md leads nowhere: pages/gone.md`,
        'no release: eventsource-ts-0.3.1.tgz: telemetry in the target: dist/telemetry.js',
      ],
    );
  });

  it('is refused with a version that is none', () => {
    assert.equal(start(['newest']), false);
    assert.deepEqual(said, ['no release: newest is no version']);
  });

  for (const [current, part, next] of [
    ['0.1.0', '### Fixed\n\n- a', '0.1.1'],
    ['0.1.9', '### Added\n\n- a\n\n### Fixed\n\n- b', '0.2.0'],
    ['0.1.0', '### Changed\n\n- a', '0.2.0'],
    ['1.4.2', '### Removed\n\n- a', '2.0.0'],
    ['1.4.2', '### Added\n\n- a', '1.5.0'],
  ] as const) {
    it(`of ${current} is ${next} after “${part.replaceAll('\n', ' ')}”`, async () => {
      const { nextVersion } = await script('changelog.mjs');
      assert.equal(nextVersion(current, `## [Unreleased]\n\n${part}\n\n## [${current}] - 2026-01-01\n`), next);
    });
  }

  it('of a version that was never released is that version', async () => {
    const { nextVersion } = await script('changelog.mjs');
    assert.equal(nextVersion('0.1.0', '## [Unreleased]\n\n### Added\n\n- a\n'), '0.1.0');
  });
});
