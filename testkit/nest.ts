// SPDX-License-Identifier: Apache-2.0
// Applications of fixtures/nest-cqrs/apps, each run in a process of its own on a version of @nestjs/cqrs, as ES module or CommonJS.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { preloadFile, type RecordedSpan } from './bare-and-woven.js';
import { applicationWith, register, root, runNode, usePackages } from './child.js';
import type { RecordedSignals } from './recorded-signals.js';

export const nestVersions = [10, 11, 12] as const;
export type NestVersion = (typeof nestVersions)[number];
export const formats = ['mjs', 'cjs'] as const;
export type Format = (typeof formats)[number];

const packages = ['@nestjs/common', '@nestjs/core', '@nestjs/cqrs', 'reflect-metadata', 'rxjs'];
/** Of those versions that have them. */
const further = ['@nestjs/platform-express'];

export interface NestRun {
  readonly version: NestVersion;
  readonly format: Format;
  /** A file of fixtures/nest-cqrs/apps, which exports a function of its name. */
  readonly app: string;
  /** Without ours. */
  readonly bare?: boolean;
  /** The binary. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further preloads, by path. */
  readonly preloads?: readonly string[];
}

export interface NestResult {
  /** What the application returned. */
  readonly seen: unknown;
  readonly spans: readonly RecordedSpan[];
  readonly signals: RecordedSignals;
  readonly stderr: string;
}

/** An application gets Nest's packages, rxjs and `request`, which stands for the span of a server. */
const body = (app: string, load: string) => `
  ${load}
  const request = (name, work) => trace.getTracer('application').startActiveSpan(name, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
  const run = async () => {
    const { ${app} } = await import(${JSON.stringify(join(root, 'fixtures/nest-cqrs/apps', `${app}.mjs`))});
    console.log(JSON.stringify(await ${app}({ common, core, cqrs, rxjs, operators, request })));
  };
  run();
`;

const loadings: Readonly<Record<Format, string>> = {
  mjs: `
    import 'reflect-metadata';
    import { trace } from '@opentelemetry/api';
    import * as common from '@nestjs/common';
    import * as core from '@nestjs/core';
    import * as cqrs from '@nestjs/cqrs';
    import * as rxjs from 'rxjs';
    import * as operators from 'rxjs/operators';`,
  cjs: `
    require('reflect-metadata');
    const { trace } = require('@opentelemetry/api');
    const common = require('@nestjs/common');
    const core = require('@nestjs/core');
    const cqrs = require('@nestjs/cqrs');
    const rxjs = require('rxjs');
    const operators = require('rxjs/operators');`,
};

/** Runs an application; fails where it does not end well. */
export async function runNest({
  version,
  format,
  app,
  bare = false,
  node,
  env,
  preloads = [],
}: NestRun): Promise<NestResult> {
  const main = `main.${format}`;
  const { folder, remove } = applicationWith({ 'package.json': '{}', [main]: body(app, loadings[format]) });
  try {
    useNest(folder, version);
    usePackages(folder, '@opentelemetry');
    const [spansFile, signalsFile] = [join(folder, 'spans.jsonl'), join(folder, 'signals.json')];
    const imported = [
      ...preloads,
      ...(bare ? [] : [register]),
      preloadFile('record-spans'),
      preloadFile('record-signals'),
    ];
    const { stdout, stderr, code } = await runNode({
      args: ['--no-warnings', ...imported.flatMap((path) => ['--import', path]), main],
      cwd: folder,
      env: {
        OTEL_INSTRUMENTATION_EVENTSOURCE_LOG_LEVEL: 'debug',
        ...env,
        SPANS_FILE: spansFile,
        SIGNALS_FILE: signalsFile,
      },
      ...(node === undefined ? {} : { node }),
    });
    assert.equal(code, 0, stderr);
    const lines = existsSync(spansFile) ? readFileSync(spansFile, 'utf8').trimEnd().split('\n') : [];
    return {
      seen: JSON.parse(stdout),
      spans: lines.map((line) => JSON.parse(line) as RecordedSpan),
      signals: JSON.parse(readFileSync(signalsFile, 'utf8')) as RecordedSignals,
      stderr,
    };
  } finally {
    remove();
  }
}

/** Makes Nest of this version a package of the application. npm places what several versions can share at the root. */
function useNest(folder: string, version: NestVersion): void {
  for (const name of [...packages, ...further]) {
    const places = [join(root, 'fixtures/nest-cqrs', String(version)), root].map((place) =>
      join(place, 'node_modules', name),
    );
    const place = places.find((place) => existsSync(place));
    assert.ok(place !== undefined || further.includes(name), `${name} is not installed: npm ci`);
    if (place === undefined) continue;
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(place, link);
  }
}
