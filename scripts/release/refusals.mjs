// Why there can be no release.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unreleasedOf } from './changelog.mjs';
import { pageOf } from './edits.mjs';

/** @returns a sentence for each reason that can be seen without running anything */
export function refusalsOf(root, version) {
  const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return [
    ...(git('status', '--porcelain') === '' ? [] : ['the working tree is not clean']),
    ...(git('tag', '--list', `v${version}`) === '' ? [] : [`the tag v${version} is there already`]),
    ...(unreleasedOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) === ''
      ? ['CHANGELOG.md has nothing unreleased']
      : []),
    ...(pageOf(repository) === undefined
      ? ['package.json names no repository, which provenance and the links of the README need']
      : []),
  ];
}
