// The steps of a release. What they run is handed in.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { nextVersion, unreleasedOf } from './changelog.mjs';
import { wrongInPackage, wrongInTarget } from './contents.mjs';
import { editsOfPackage, editsOfRepository, editsOfTarget, pageOf } from './edits.mjs';
import { refusalsOf } from './refusals.mjs';
import { packEdited } from './staged.mjs';

/** What must be green. The last one takes servers, back ends and other versions of Node.js, as `.ci/run` has them. */
const checks = ['lint', 'check:unused', 'check:package', 'test:all'];

/**
 * @param root the repository
 * @param args `--dry-run`, and the version, unless the changelog is to decide
 * @param run runs a command in the repository; whether it succeeded
 * @param say takes a line for the reader
 * @returns whether all is well: released, or, in a dry run, ready for it but for what stands in the way for now
 */
export function release({ root, args, run, say, date = new Date().toISOString().slice(0, 10) }) {
  const isDry = args.includes('--dry-run');
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const manifest = JSON.parse(read('package.json'));
  const version = args.find((arg) => !arg.startsWith('-')) ?? nextVersion(manifest.version, read('CHANGELOG.md'));
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) return refuse([`${version} is no version`]);

  const refusals = refusalsOf(root, version);
  if (!isDry) {
    if (refusals.length > 0) return refuse(refusals);
    const red = checks.find((check) => !run('npm', 'run', check));
    if (red !== undefined) return refuse([`npm run ${red} failed`]);
  }
  if (!run('npm', 'run', 'build')) return refuse(['npm run build failed']);

  const page = pageOf(manifest.repository);
  const tarballs = packBoth();
  const wrong = tarballs.flatMap(({ file, wrong }) => wrong.map((sentence) => `${basename(file)}: ${sentence}`));
  if (wrong.length > 0) return refuse(wrong);

  const tag = version.includes('-') ? 'next' : 'latest';
  const publications = tarballs.map(({ file }) => [
    'npm',
    'publish',
    relative(root, file),
    '--provenance',
    '--access',
    'public',
    '--tag',
    tag,
  ]);
  if (isDry) {
    say(
      `version ${manifest.version} → ${version}, tag v${version}; in CHANGELOG.md:\n\n## [${version}] - ${date}\n\n${unreleasedOf(read('CHANGELOG.md'))}\n`,
    );
    for (const command of [...checks.map((check) => ['npm', 'run', check]), ...publications])
      say(`would run: ${command.join(' ')}`);
    for (const sentence of refusals) say(`would refuse: ${sentence}`);
    return true;
  }
  const edits = editsOfRepository({ version, date });
  for (const [path, edit] of Object.entries(edits)) writeFileSync(join(root, path), edit(read(path)));
  const steps = [
    ['git', 'add', ...Object.keys(edits)],
    ['git', 'commit', '--quiet', '--message', `Release ${version}`],
    ['git', 'tag', '--annotate', '--message', `Release ${version}`, `v${version}`],
    ...publications,
  ];
  const failed = steps.find((step) => !run(...step));
  if (failed !== undefined) return refuse([`${failed.join(' ')} failed; what came before it is done`]);
  say(`${version} is released; what is left: git push --follow-tags`);
  return true;

  function refuse(reasons) {
    for (const reason of reasons) say(`no release: ${reason}`);
    return false;
  }

  function packBoth() {
    const into = join(root, 'release');
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into);
    const targetVersion = JSON.parse(read('fixtures/eventsource/package.json')).version;
    const license = { LICENSE: join(root, 'LICENSE') };
    const ours = packEdited(root, into, editsOfPackage({ version, date, page }));
    const target = packEdited(join(root, 'fixtures/eventsource'), into, editsOfTarget(manifest), license);
    return [
      { ...ours, wrong: wrongInPackage(ours, { version, page }) },
      { ...target, wrong: wrongInTarget(target, { version: targetVersion }) },
    ].map((tarball) => {
      say(
        `${relative(root, tarball.file)}: ${tarball.paths.length} files, ${tarball.size} bytes, ${tarball.unpackedSize} unpacked`,
      );
      return tarball;
    });
  }
}
