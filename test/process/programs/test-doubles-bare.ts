// SPDX-License-Identifier: Apache-2.0
import type { Program } from '../../../testkit/whole-library.js';
import { stubsSeen } from './test-doubles.js';

/** Whoever weaves has done so before. */
export const program: Program = (library) => stubsSeen(library, () => {});
