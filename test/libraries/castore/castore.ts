// SPDX-License-Identifier: Apache-2.0
import type { AppLibrary } from '../../../testkit/library-apps.js';

export const castore: AppLibrary = {
  key: 'castore',
  packages: { core: '@castore/core', memory: '@castore/event-storage-adapter-in-memory' },
};
