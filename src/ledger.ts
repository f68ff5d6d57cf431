// SPDX-License-Identifier: Apache-2.0
// What became of modules and settings, for who asks: `doctor` puts a function in a global before the preload runs. Without it
// nothing is kept. It is told when modules are loaded and settings change, never at a call.
import type { ResolvedConfig } from './config.js';
import { reasonOf } from './reasons.js';
import type { Diagnosis, FamilyMode } from './weaving/runtime-settings.js';

export type LedgerEntry =
  /** Somebody has said how the process is to be traced. */
  | { readonly what: 'configured'; readonly on: boolean; readonly config: ResolvedConfig }
  | { readonly what: 'watched'; readonly packages: readonly string[] }
  /** A module of a watched package has come in. */
  | { readonly what: 'received'; readonly url: string; readonly package: string; readonly version: string | undefined }
  | {
      readonly what: 'woven';
      readonly library: string;
      readonly url: string;
      /** Each as `Class.method`; a class may come with several modules. */
      readonly methods: readonly string[];
      readonly refused: readonly string[];
      readonly otherShapes: readonly string[];
    }
  /** A version that the tables are not for. */
  | { readonly what: 'version'; readonly library: string; readonly reason: string }
  /** A library that is left alone as a whole. */
  | { readonly what: 'library off'; readonly library: string; readonly reason: string }
  /** A package that has a watched name, and is another one. */
  | { readonly what: 'another'; readonly package: string; readonly folder: string }
  | { readonly what: 'row off'; readonly label: string; readonly reason: string }
  | { readonly what: 'complaint'; readonly text: string }
  /** The preload has started an SDK. */
  | { readonly what: 'sdk' }
  /** Given by code, in place of the global one. */
  | { readonly what: 'provider'; readonly provider: object };

export interface Ledger {
  note(entry: LedgerEntry): void;
  /** Hears of each call how its family is switched. */
  heardFamily(library: string, family: string, mode: FamilyMode): void;
  /** Hears of each call what its object says for itself. */
  heardObject(library: string, family: string, self: unknown, on: boolean): void;
}

/** Where `doctor` puts its own. */
export const LEDGER: unique symbol = Symbol.for('opentelemetry-instrumentation-eventsource.ledger') as never;

function ledger(): Ledger | undefined {
  return (globalThis as { readonly [LEDGER]?: Ledger })[LEDGER];
}

export function note(entry: LedgerEntry): void {
  ledger()?.note(entry);
}

/** The same function, unless somebody asks; so it costs calls nothing. */
export function familyNoted(library: string, family: (name: string) => FamilyMode): (name: string) => FamilyMode {
  const heard = ledger();
  if (heard === undefined) return family;
  return (name) => {
    const mode = family(name);
    heard.heardFamily(library, name, mode);
    return mode;
  };
}

/** What the rows of a library ask for. */
export function diagnosisOf(library: string): Diagnosis | undefined {
  const heard = ledger();
  if (heard === undefined) return undefined;
  return {
    switchOf: (family, isOn) => (self) => {
      const on = isOn(self);
      heard.heardObject(library, family, self, on);
      return on;
    },
    rowFailed: (label, fault) => note({ what: 'row off', label, reason: reasonOf(fault) }),
  };
}
