// SPDX-License-Identifier: Apache-2.0
// What the preload does, for the test library `two-buses` as well: its rows have what a test needs, and no server.
import { resolveConfig } from '../../src/config.js';
import { watchPackages } from '../../src/doors/index.js';
import { createEngine } from '../../src/engine.js';
import { catalogue } from '../../src/libraries/index.js';
import { warnOnce } from '../../src/warn.js';
import { twoBusesEntry } from '../two-buses.js';

const engine = createEngine([...catalogue, twoBusesEntry]);
const options = JSON.parse(process.env.OPTIONS ?? '{}');
engine.enable(resolveConfig(options, process.env, warnOnce));
engine.watch(watchPackages);
