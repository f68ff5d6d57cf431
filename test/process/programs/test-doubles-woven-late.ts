// SPDX-License-Identifier: Apache-2.0
import { weave } from '../../../src/index.js';
import type { Program } from '../../../testkit/whole-library.js';
import { stubsSeen } from './test-doubles.js';

/** Without a preload: woven by hand once the first doubles are in place. */
export const program: Program = (library) => stubsSeen(library, () => void weave(library));
