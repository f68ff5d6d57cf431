// SPDX-License-Identifier: Apache-2.0
// From the command line to a diagnosis: runs, looks, finds.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { catalogue } from '../libraries/index.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from '../version.js';
import type { Asked } from './arguments.js';
import { type Finding, find, findings as kinds } from './findings/index.js';
import { unsupportedRuntime } from './findings/process.js';
import type { Report } from './report.js';
import { run } from './run.js';
import { withoutSecrets } from './secrets.js';

export interface Diagnosis {
  readonly version: string;
  readonly findings: readonly Finding[];
  /** None where the process died too early. */
  readonly report: Report | undefined;
  readonly asked: Asked;
}

const REGISTER = `${PACKAGE_NAME}/register`;
/** Most lines of the application's own that a finding repeats. */
const LINES = 3;

export async function diagnose(asked: Asked, env: NodeJS.ProcessEnv): Promise<Diagnosis> {
  const unsupported = unsupportedRuntime(process.versions);
  if (unsupported !== undefined) return withoutReport('unsupported-runtime', [unsupported], asked);
  const hasApplication = asked.application.length > 0;
  const flags = hasApplication || isPreloaded(asked.flags, env) ? asked.flags : [...asked.flags, '--import', preload()];
  const { report, end, stderr } = await run({ ...asked, flags }, env);
  const said = new Set([...(report?.complaints ?? []), ...linesOfOurs(stderr)]);
  const clean = cleaning(withoutSecrets(env));
  if (report === undefined) return clean(withoutReport('no-report', unreported(end, stderr, [...said]), asked));
  const findings = find({ report, said: [...said], hasApplication, installed: installedLibraries() });
  return clean({ version: PACKAGE_VERSION, findings, report, asked: { ...asked, flags } });
}

function isPreloaded(flags: readonly string[], { NODE_OPTIONS: options = '' }: NodeJS.ProcessEnv): boolean {
  return /(?:^|\s)(?:-r|--require|--import)\b/.test(`${flags.join(' ')} ${options}`);
}

/** As a user writes it, where that leads here; in a clone of the repository it leads nowhere. */
function preload(): string {
  try {
    createRequire(join(process.cwd(), 'package.json')).resolve(REGISTER);
    return REGISTER;
  } catch {
    return new URL('../../register.js', import.meta.url).href;
  }
}

/** What is said on stderr, without our name. */
function linesOfOurs(stderr: string): string[] {
  const prefix = `${PACKAGE_NAME}: `;
  return stderr
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length));
}

function withoutReport(id: 'no-report' | 'unsupported-runtime', seen: readonly string[], asked: Asked): Diagnosis {
  const { weight, remedy } = kinds[id];
  return { version: PACKAGE_VERSION, findings: [{ id, weight, seen, remedy }], report: undefined, asked };
}

/** The process is gone, and nobody has seen why: a fault of Node.js, a flag that it does not know, a hard kill. */
function unreported(end: number | string, stderr: string, said: readonly string[]): string[] {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return [
    `The process ended with ${end} before anything could be seen.`,
    ...(said.length > 0 ? said : lines.slice(0, LINES)),
  ];
}

function installedLibraries(): string[] {
  const require = createRequire(join(process.cwd(), 'package.json'));
  return catalogue
    .flatMap(({ packages }): readonly string[] => packages)
    .filter((name) => {
      try {
        require.resolve(name);
        return true;
      } catch (error) {
        // It is there, and has no main entry point for `require`.
        return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
      }
    });
}

/** Every text of the value, wherever it stands. */
function cleaning(clean: (text: string) => string) {
  return <T>(value: T): T =>
    JSON.parse(JSON.stringify(value), (_, each: unknown) => (typeof each === 'string' ? clean(each) : each));
}
