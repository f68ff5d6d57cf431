#!/usr/bin/env node
// Gets the programs of the back ends of telemetry that tests start and stop themselves: a package of Debian (Prometheus), of
// Maven (Zipkin), or a build from Go modules. What is built is kept outside of the checkout, by version.
// Usage: node scripts/back-ends.mjs [zipkin] [prometheus] [collector] [victoria-logs] [jaeger]
// The default is all but jaeger, whose build takes twelve minutes of processor time.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backEndNames, programFolder, programOf, programs } from '../dist/testkit/back-ends/programs.js';
import { goProgram, openTelemetryCollector } from './back-ends/go.mjs';
import { mavenJar } from './back-ends/maven.mjs';
import { installPackages } from './services/packages.mjs';

/** What fetches or builds each into a folder. */
const sources = {
  zipkin: { packages: ['maven', 'openjdk-17-jdk-headless'], get: mavenJar('io.zipkin:zipkin-server', 'exec') },
  prometheus: { packages: ['prometheus'] },
  collector: { get: openTelemetryCollector },
  'victoria-logs': { get: goProgram('github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs') },
  jaeger: { get: goProgram('github.com/jaegertracing/jaeger/cmd/jaeger') },
};

const names = process.argv.slice(2);
if (names.some((name) => !backEndNames.includes(name))) {
  console.error(`usage: back-ends.mjs [${backEndNames.join('] [')}]`);
  process.exit(1);
}
const chosen = names.length > 0 ? names : backEndNames.filter((name) => name !== 'jaeger');
const missing = chosen.filter((name) => programOf(name) === undefined);
installPackages(
  missing.flatMap((name) => sources[name].packages ?? []),
  'do without: npm test leaves out the tests that need them',
);
for (const name of chosen) {
  const wasThere = !missing.includes(name);
  if (!wasThere) await getProgram(name);
  console.log(`${name.padEnd(14)} ${wasThere ? 'is there' : 'made'}  ${programOf(name)}`);
}

/** Into a folder beside the one that counts, which is there as a whole or not at all. */
async function getProgram(name) {
  const { get } = sources[name];
  if (get === undefined) return;
  const { version, file } = programs[name];
  const folder = programFolder(name);
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await get({ version, file, folder: unfinished });
    if (!existsSync(join(unfinished, file))) throw new Error(`${name}: there is no ${file} in ${unfinished}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
