// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidV5 } from './uuid.js';

/** What differs from run to run, remembered so that the result can show a stable name in its place. */
export interface Marks {
  /** Every UUID made so far and the text it was made of. */
  readonly uuids: ReadonlyMap<string, string>;
  /** Every unique name made so far and the text it was made of. */
  readonly uniques: ReadonlyMap<string, string>;
  /** The folder of this run, once a scenario has asked for one. */
  readonly folder: string | undefined;
  uuid(text: string): string;
  unique(text: string): string;
  temp(file: string): string;
  /** Removes the temporary folder. */
  clear(): void;
}

export function createMarks(): Marks {
  const suffix = randomBytes(4).toString('hex');
  const uuids = new Map<string, string>();
  const uniques = new Map<string, string>();
  let folder: string | undefined;

  return {
    uuids,
    uniques,
    get folder() {
      return folder;
    },
    uuid(text) {
      const uuid = uuidV5(text);
      uuids.set(uuid, text);
      return uuid;
    },
    unique(text) {
      const name = `${text}-${suffix}`;
      uniques.set(name, text);
      return name;
    },
    temp(file) {
      folder ??= mkdtempSync(join(tmpdir(), 'golden-'));
      return join(folder, file);
    },
    clear() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
