// SPDX-License-Identifier: Apache-2.0
import type { AppLibrary } from '../../../testkit/library-apps.js';

export const nodeEventstore: AppLibrary = { key: 'node-eventstore', packages: { eventstore: 'eventstore' } };
