// A tarball that differs from the folder it is packed from.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pack } from '../package/tarball.mjs';

/**
 * @param folder the package, built
 * @param into where the tarball is written
 * @param edits what becomes of files of it, by their paths
 * @param more files that are added: their paths, and from where they are copied
 * @returns the tarball as `pack` gives it, with `read`, which gives the text of a file in it
 */
export function packEdited(folder, into, edits, more = {}) {
  const stage = join(into, 'stage');
  const first = pack(folder, into);
  mkdirSync(stage, { recursive: true });
  try {
    const { status, stderr } = spawnSync('tar', ['-xzf', first.file, '-C', stage, '--strip-components=1'], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    rmSync(first.file);
    for (const [path, from] of Object.entries(more)) cpSync(from, join(stage, path));
    for (const [path, edit] of Object.entries(edits)) {
      const file = join(stage, path);
      if (!existsSync(file)) throw new Error(`${path} is not in ${folder}`);
      writeFileSync(file, edit(readFileSync(file, 'utf8')));
    }
    const packed = pack(stage, into);
    const texts = new Map(
      packed.paths.filter((path) => READ.test(path)).map((path) => [path, readFileSync(join(stage, path), 'utf8')]),
    );
    return { ...packed, read: (path) => texts.get(path) };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** What is looked at afterwards. */
const READ = /^[^/]+$|\/version\.js$/;
