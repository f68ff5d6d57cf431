// SPDX-License-Identifier: Apache-2.0
// The target, woven in this process by our own tables.
import * as target from 'eventsource';
import * as projections from 'eventsource/projections';
import * as subscriptions from 'eventsource/subscriptions';
import { library } from '../src/libraries/eventsource/index.js';
import { type WovenLibrary, weaveLibrary } from './woven-library.js';

export type WovenTarget = WovenLibrary;

export function weaveTarget(): WovenTarget {
  return weaveLibrary(library, target, subscriptions, projections);
}
