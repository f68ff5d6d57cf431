// SPDX-License-Identifier: Apache-2.0

import type { Program } from '../../../testkit/whole-library.js';
import { accountId, domainOf } from './domain.js';

/** An append and a publish of events that carry tenant and actor. */
export const program: Program = async (library) => {
  const { Deposited, depositOf } = domainOf(library);
  const event = depositOf(1, 1, { tenantId: 'tenant-1', actorId: 'ann' });
  await new library.InMemoryEventStore().appendEvents(accountId, 'Account', [event], 0);
  const bus = new library.InMemoryEventBus();
  bus.subscribe(Deposited, () => {});
  await bus.publish([event]);
  return 'done';
};
