// SPDX-License-Identifier: Apache-2.0
// The preload for `--import`, knowing no library but the first of the catalogue.
import { catalogue } from '../src/libraries/index.js';
import { preload } from '../src/preload.js';

(catalogue as unknown as unknown[]).length = 1;
preload();
