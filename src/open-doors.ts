// SPDX-License-Identifier: Apache-2.0
import type { ResolvedConfig } from './config.js';
import { isWatched, watchPackages } from './doors/index.js';
import { warnOfUnseen } from './doors/unseen.js';
import type { Engine } from './engine.js';
import { catalogue } from './libraries/index.js';

let isOpen = false;

/** Has modules handed to the engine as they are loaded, and says where that will not do. */
export function openDoors(engine: Engine, { libraries }: ResolvedConfig): void {
  engine.watch(watchPackages);
  if (isOpen) return;
  isOpen = true;
  const seeing = {
    libraries: catalogue.filter(({ key }) => libraries[key]?.enabled !== false),
    isSeen: (key: string) => engine.runtimeOf(key) !== undefined,
    isWatched,
  };
  warnOfUnseen(seeing, process.env, process.argv[1]);
}
