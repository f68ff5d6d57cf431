// SPDX-License-Identifier: Apache-2.0
// The library `@nestjs/cqrs`: all its tables. Its classes are Nest's to construct and are found by identity, so none of them is
// replaced: whatever is woven is a method.
import { PACKAGE_NAME } from '../../version.js';
import type { Aspect } from '../../weaving/aspect.js';
import type { Library } from '../library.js';
import { aggregates } from './aggregates.js';
import { commands } from './commands.js';
import { events } from './events.js';
import { families } from './families.js';

const aspects: readonly Aspect[] = [...commands, ...events, ...aggregates];

export const library = {
  key: 'nestjs-cqrs',
  packages: [{ name: '@nestjs/cqrs', versions: '>=10 <13' }],
  scope: `${PACKAGE_NAME}/nestjs-cqrs`,
  families,
  aspects,
} as const satisfies Library;
