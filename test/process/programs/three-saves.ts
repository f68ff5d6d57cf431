// SPDX-License-Identifier: Apache-2.0
import type { Program } from '../../../testkit/whole-library.js';
import { bankOf } from './saves.js';

export const program: Program = async (library) => {
  const bank = bankOf(library);
  for (const amount of [1, 2, 3]) await bank.save(amount);
  return bank.handled;
};
