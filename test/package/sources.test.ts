// SPDX-License-Identifier: Apache-2.0
// What each source file has in common, and what the package tells of itself.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../testkit/child.js';

const text = (path: string) => readFileSync(join(root, path), 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

describe('every source file', () => {
  const shipped = tracked.filter((path) => /^(?:register|hook)\b/.test(path));
  const sources = [...shipped, ...tracked.filter((path) => /\.[cm]?ts$/.test(path) && !path.startsWith('fixtures/'))];

  it('says its license in its first line', () => {
    const without = sources.filter((path) => !text(path).startsWith('// SPDX-License-Identifier: Apache-2.0\n'));
    assert.deepEqual(without, []);
    assert.ok(sources.length > 300 && shipped.length > 3);
  });
});

describe('the README', () => {
  it('is under 300 lines long: tables are in docs/', () => {
    assert.ok(text('README.md').split('\n').length < 300);
  });
});

describe('the package', () => {
  const { license, main, files } = JSON.parse(text('package.json'));

  it('says the same license everywhere', () => {
    assert.equal(license, 'Apache-2.0');
    assert.match(text('LICENSE'), /Apache License\s+Version 2\.0/);
    assert.equal(JSON.parse(text('fixtures/eventsource/package.json')).license, license);
  });

  it('says how a vulnerability is told, and which versions are mended', () => {
    assert.match(text('SECURITY.md'), /## Tell us[\s\S]+## Versions/);
    assert.ok(files.includes('SECURITY.md') && main !== undefined);
  });
});
