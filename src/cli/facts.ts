// SPDX-License-Identifier: Apache-2.0
// What findings look at: the report of the probe, and what the doctor knows without it.
import type { Report } from './report.js';

export interface Facts {
  readonly report: Report;
  /** What was said in the process, each thing once, without our name before it. */
  readonly said: readonly string[];
  /** Whether there is an application; without one only the preload and the SDK are looked at. */
  readonly hasApplication: boolean;
  /** Whether a flag names something to preload, on the command line or in NODE_OPTIONS. */
  readonly preloads: boolean;
  /** The file that is run; none where the doctor runs one of its own. */
  readonly application: string | undefined;
  /** Libraries of the catalogue that are installed where the application is. */
  readonly installed: readonly string[];
}

export type Weight = 'problem' | 'hint';

/** A kind of finding. Its key is its id, which stays. */
export interface FindingKind {
  /** `hint`: somebody may want it so. Where nothing at all is traced it counts as a problem, for it may be the reason. */
  readonly weight: Weight;
  /** In which set-up, for the documents. */
  readonly when: string;
  /** What to do, in Markdown. */
  readonly remedy: string;
  /** What was seen of it, a sentence each; none where it is not the case. */
  readonly find: (facts: Facts) => readonly string[];
}

export type FindingKinds = Readonly<Record<string, FindingKind>>;

/** An error ended it before it had loaded any library: what the application would have done next is not known. */
export function hasFailedAtOnce({ end, libraries, missed }: Report): boolean {
  return end.how === 'uncaught error' && libraries.length === 0 && missed.length === 0;
}

/** The time was over before what is preloaded had all been loaded, or may have been: `library-not-loaded` says so. */
export function isStillStarting({ report: { end, missed }, preloads }: Facts): boolean {
  return end.how === 'limit' && preloads && missed.length === 0;
}

/** Where there is no span processor nothing is to be sent, and nothing lost by the way in which the process ends. */
export function canSend({ sdk }: Report): boolean {
  return sdk.provider === undefined || sdk.processors.length > 0;
}

/** The sentence if something is the case. */
export function seenIf(isSo: boolean, sentence: string): string[] {
  return isSo ? [sentence] : [];
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

export function listed(texts: readonly string[], most = 5): string {
  const more = texts.length - most;
  return more > 0 ? `${texts.slice(0, most).join(', ')} and ${more} more` : texts.join(', ');
}
