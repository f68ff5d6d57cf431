// SPDX-License-Identifier: Apache-2.0
// The tables of all libraries, for weaving by hand: a bundle has no files that could be loaded when they are needed.
import { library as castore } from './castore/index.js';
import { library as emmett } from './emmett/index.js';
import { library as eventsource } from './eventsource/index.js';
import { library as kurrent } from './kurrent/index.js';
import type { Library } from './library.js';
import { library as nestjsCqrs } from './nestjs-cqrs/index.js';
import { library as nodeEventstore } from './node-eventstore/index.js';

export const allLibraries: readonly Library[] = [eventsource, nestjsCqrs, emmett, castore, nodeEventstore, kurrent];
