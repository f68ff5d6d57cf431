// Programs built from Go modules, which come through the proxy that Go is configured for.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../services/server-process.mjs';

const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/**
 * Builds one program. Not by `go install`, which refuses modules that replace others.
 *
 * @param path of its main package
 */
export function goProgram(path) {
  return ({ version, file, folder }) =>
    inModule((at) => {
      go(at, 'get', '-tool', `${path}@v${version}`);
      build(at, join(folder, file), path);
    });
}

/** A Collector with nothing but OTLP in and files out, put together by the project's own builder. */
export function openTelemetryCollector({ version, file, folder }) {
  inModule((at) => {
    writeFileSync(join(at, 'builder.yaml'), collectorParts(version));
    go(at, 'get', '-tool', `go.opentelemetry.io/collector/cmd/builder@v${version}`);
    go(at, 'tool', 'builder', '--config', 'builder.yaml', '--skip-compilation');
    build(join(at, 'collector'), join(folder, file), '.');
  });
}

/** Modules of the Collector that are stable have versions of their own. */
const collectorParts = (version) => `
dist: { name: otelcol, output_path: ./collector, module: example.test/otelcol }
receivers:
  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v${version}
exporters:
  - gomod: ${CONTRIB}/exporter/fileexporter v${version}
providers:
  - gomod: go.opentelemetry.io/collector/confmap/provider/fileprovider v1.67.0
  - gomod: go.opentelemetry.io/collector/confmap/provider/envprovider v1.67.0
`;

function inModule(work) {
  const folder = mkdtempSync(join(tmpdir(), 'back-ends-'));
  try {
    writeFileSync(join(folder, 'go.mod'), 'module example.test/back-ends\n\ngo 1.26\n');
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(folder, output, path) {
  go(folder, 'build', '-trimpath', '-ldflags', '-s -w', '-o', output, path);
}

function go(cwd, ...args) {
  // Whoever does not have it reads its name; "spawn go ENOENT" says less.
  try {
    run('go', args, { cwd, env: { ...process.env, CGO_ENABLED: '0' }, maxBuffer: 2 ** 28 });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new Error('these programs are built from source: install Go 1.26 or later');
  }
}
