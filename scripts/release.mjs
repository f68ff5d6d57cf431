#!/usr/bin/env node
// A release: version, changelog, both tarballs, what is in them, commit, tag, publication.
//   npm run release -- --dry-run    makes the tarballs in release/, says what is in them and what would be done
//   npm run release                 does it; the version follows from CHANGELOG.md
//   npm run release -- 1.0.0        or is given
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { release } from './release/release.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const run = (command, ...args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
process.exitCode = release({ root, args: process.argv.slice(2), run, say: console.log }) ? 0 : 1;
