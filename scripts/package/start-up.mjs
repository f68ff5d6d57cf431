// What a preload loads into a process whose application does nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @param args flags of Node.js
 * @param cwd where they are resolved
 * @returns paths of the files that were loaded, in whichever thread, as V8's coverage has them
 */
export function filesLoadedBy(args, cwd) {
  const folder = mkdtempSync(join(tmpdir(), 'start-up-'));
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: folder };
    const { status, stderr } = spawnSync(process.execPath, [...args, '-e', ''], { cwd, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const urls = readdirSync(folder).flatMap((name) =>
      JSON.parse(readFileSync(join(folder, name), 'utf8')).result.map(({ url }) => url),
    );
    return [...new Set(urls.filter((url) => url.startsWith('file:')))].map((url) => new URL(url).pathname).sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
