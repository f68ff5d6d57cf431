// Tarballs as npm makes them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Packs a package, without its `prepack`: what is to be in it has been built before.
 *
 * @param folder the package
 * @param into where the tarball is written
 * @returns the tarball, the paths in it, and the bytes packed and unpacked
 * @throws what npm says where it fails
 */
export function pack(folder, into) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', into];
  const { stdout, stderr, status } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr || stdout);
  // npm 12 gives an object by the names of packages, older ones an array.
  const [{ filename, files, size, unpackedSize }] = Object.values(JSON.parse(stdout));
  return { file: join(into, filename), paths: files.map(({ path }) => path), size, unpackedSize };
}
