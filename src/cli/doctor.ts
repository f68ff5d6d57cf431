// SPDX-License-Identifier: Apache-2.0
// From the command line to a diagnosis: runs, looks, finds, and takes out what is secret.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { catalogue } from '../libraries/index.js';
import { PACKAGE_NAME, PACKAGE_VERSION } from '../version.js';
import { type Asked, hasApplication } from './arguments.js';
import { clean } from './clean.js';
import { namedVariables, usualVariables } from './env-files.js';
import { type Finding, type FindingId, find, findings as kinds } from './findings/index.js';
import { unsupportedRuntime } from './findings/process.js';
import type { Report } from './report.js';
import { type Run, run } from './run.js';
import { secretsIn, withoutSecrets } from './secrets.js';

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
  const inFiles = namedVariables(asked.flags);
  // Node.js takes them from its file where the environment has none; with the probe, it always has.
  const nodeOptions = env.NODE_OPTIONS ?? inFiles.NODE_OPTIONS;
  const preloads = isPreloaded(asked.flags, nodeOptions);
  const flags = hasApplication(asked) || preloads ? asked.flags : [...asked.flags, '--import', preload()];
  const ran = await run({ ...asked, flags }, env, nodeOptions);
  const { told, stderr } = ran;
  const secrets = [inFiles, ...usualVariables()].flatMap(secretsIn);
  const withoutThem = withoutSecrets(env, [...secrets, ...(told?.secrets ?? [])]);
  const said = new Set([...(told?.report.complaints ?? []), ...linesOfOurs(stderr)]);
  if (told === undefined) return clean(unreported(ran, [...said], asked), withoutThem);
  const { report } = told;
  const findings = find({
    report,
    said: [...said],
    hasApplication: hasApplication(asked),
    preloads,
    application: asked.application[0],
    installed: installedLibraries(),
  });
  return clean({ version: PACKAGE_VERSION, findings, report, asked: { ...asked, flags } }, withoutThem);
}

function isPreloaded(flags: readonly string[], nodeOptions = ''): boolean {
  return /(?:^|\s)(?:-r|--require|--import)\b/.test(`${flags.join(' ')} ${nodeOptions}`);
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

function withoutReport(
  id: Extract<FindingId, 'no-report' | 'no-answer' | 'unsupported-runtime'>,
  seen: readonly string[],
  asked: Asked,
): Diagnosis {
  const { weight, remedy } = kinds[id];
  return { version: PACKAGE_VERSION, findings: [{ id, weight, seen, remedy }], report: undefined, asked };
}

/** The process is gone, and nobody has seen why: a fault of Node.js, a flag that it does not know, a hard kill by the doctor or another. */
function unreported({ end, begun, killedAfter, stderr }: Run, said: readonly string[], asked: Asked): Diagnosis {
  if (killedAfter !== undefined) {
    const seconds = (millis: number) => `${millis / 1000} s`;
    const sentence =
      `After ${seconds(asked.limitMillis)} the application had to end, and did not answer; ` +
      `${seconds(killedAfter)} later the doctor ended it with SIGKILL.`;
    return withoutReport('no-answer', [sentence, ...said], asked);
  }
  const sentence =
    begun && typeof end === 'string'
      ? `The process was ended by ${end}, which does not come from the doctor and left no time to say what was seen.`
      : `The process ended with ${end} before anything could be seen.`;
  return withoutReport('no-report', [sentence, ...(said.length > 0 ? said : telling(stderr))], asked);
}

const FRAME = /^\s+at |^\s*\d+: |^-{3,}|^<---|^\[\d+:0x/;

/** What was printed, without stacks; of a fault of V8 the line that names it. */
function telling(stderr: string): string[] {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !FRAME.test(line));
  const fatal = lines.filter((line) => /^(?:FATAL|#?\s*Fatal) /.test(line));
  return (fatal.length > 0 ? fatal : lines).slice(0, LINES);
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
