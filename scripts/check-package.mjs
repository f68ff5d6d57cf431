#!/usr/bin/env node
// Packs both packages and asks of the tarballs what a registry never asks. Some seconds, without a network.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findingsOf, packages, startUpFindings } from './package/checks.mjs';
import { filesLoadedBy } from './package/start-up.mjs';
import { pack } from './package/tarball.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'packed-'));
try {
  for (const checks of packages) {
    const tarball = pack(join(root, checks.folder), folder);
    const { file, paths, size, unpackedSize } = tarball;
    console.log(`${file.slice(folder.length + 1)}: ${paths.length} files, ${size} bytes, ${unpackedSize} unpacked`);
    show(await findingsOf(tarball, checks));
  }
  const files = filesLoadedBy(['--import', './register'], root);
  console.log(`node --import ./register: ${files.length} files`);
  show({ 'light at start': startUpFindings(files) });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function show(findings) {
  for (const [check, sentences] of Object.entries(findings)) {
    console.log(`  ${sentences.length === 0 ? 'ok ' : 'BAD'} ${check}`);
    for (const sentence of sentences) console.log(`      ${sentence}`);
    if (sentences.length > 0) process.exitCode = 1;
  }
}
