// SPDX-License-Identifier: Apache-2.0
// Set-ups in which nothing is seen, or less than somebody wants, each with the findings that the doctor must have, and no others. Each is
// in the file of its first finding.
import { setUpsOfExporting } from './exporting.js';
import { setUpsOfLibrary } from './library.js';
import { setUpsOfProcess } from './process.js';
import { setUpsOfSdk } from './sdk.js';
import type { SetUp } from './shared.js';
import { setUpsOfVariables } from './variables.js';

export { LONG_ENOUGH, type SetUp } from './shared.js';

export const setUps: Readonly<Record<string, SetUp>> = {
  ...setUpsOfProcess,
  ...setUpsOfLibrary,
  ...setUpsOfSdk,
  ...setUpsOfExporting,
  ...setUpsOfVariables,
};
