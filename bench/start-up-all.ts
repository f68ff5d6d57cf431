// SPDX-License-Identifier: Apache-2.0
// The preload for `--import`, as `start-up-one.ts` loads it.
import { preload } from '../src/preload.js';

preload();
