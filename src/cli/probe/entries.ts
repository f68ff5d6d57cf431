// SPDX-License-Identifier: Apache-2.0
// The ledger, kept for the report.
import { LEDGER, type Ledger, type LedgerEntry } from '../../ledger.js';
import type { SwitchFacts } from '../report.js';

type Of<What extends LedgerEntry['what']> = Extract<LedgerEntry, { readonly what: What }>;

export interface Entries {
  of<What extends LedgerEntry['what']>(what: What): readonly Of<What>[];
  readonly switches: readonly SwitchFacts[];
  onProvider(listener: (provider: object) => void): void;
}

interface Counted {
  readonly library: string;
  readonly family: string;
  mode: string;
  calls: number;
  readonly offObjects: Set<string>;
}

/** Opens the ledger. */
export function keepEntries(): Entries {
  const entries: LedgerEntry[] = [];
  const switches = new Map<string, Counted>();
  const listeners: ((provider: object) => void)[] = [];
  const counted = (library: string, family: string) => {
    const key = `${library} ${family}`;
    const known = switches.get(key) ?? { library, family, mode: 'auto', calls: 0, offObjects: new Set<string>() };
    switches.set(key, known);
    return known;
  };
  const ledger: Ledger = {
    note(entry) {
      entries.push(entry);
      if (entry.what === 'provider') for (const each of listeners) each(entry.provider);
    },
    heardFamily(library, family, mode) {
      const known = counted(library, family);
      known.mode = mode;
      known.calls++;
    },
    heardObject(library, family, self, on) {
      if (!on) counted(library, family).offObjects.add(nameOf(self));
    },
  };
  Object.defineProperty(globalThis, LEDGER, { value: ledger });
  return {
    of: <What extends LedgerEntry['what']>(what: What) =>
      entries.filter((entry): entry is Of<What> => entry.what === what),
    get switches() {
      return [...switches.values()].map((each) => ({ ...each, offObjects: [...each.offObjects] }));
    },
    onProvider: (listener) => void listeners.push(listener),
  };
}

function nameOf(self: unknown): string {
  try {
    return (self as object).constructor.name || 'an object';
  } catch {
    return 'an object';
  }
}
