// SPDX-License-Identifier: Apache-2.0
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { PACKAGE_NAME } from './version.js';

/** Known to all copies of this package, also inside of a test runner, which has globals of its own. */
const BY_HAND = `${PACKAGE_NAME}.by-hand`;

/** Somebody weaves by hand, so nobody need be told of it. */
export function noteWeavingByHand(): void {
  setEnvironmentData(BY_HAND, true);
}

/** Whether anybody has woven by hand in this process. */
export function isWovenByHand(): boolean {
  return getEnvironmentData(BY_HAND) === true;
}
