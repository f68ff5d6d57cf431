// SPDX-License-Identifier: Apache-2.0
// One save with a handler, as often as asked for.

import type { Library } from '../../../testkit/whole-library.js';
import { accountId, type Domain, domainOf } from './domain.js';

export interface Bank {
  readonly domain: Domain;
  readonly handled: number[];
  /** Saves one more deposit into an account of its own. */
  save(amount: number): Promise<void>;
}

export function bankOf(library: Library, domain: Domain = domainOf(library)): Bank {
  const { Account, Deposited } = domain;
  const handled: number[] = [];
  const eventPublisher = new library.InMemoryEventBus();
  eventPublisher.subscribe(Deposited, ({ amount }) => void handled.push(amount));
  const store = new library.InMemoryEventStore();
  const accounts = new library.AggregateRepository(store, Account, 'Account', { eventPublisher });
  let number = 0;
  return {
    domain,
    handled,
    async save(amount) {
      number += 1;
      const account = new Account(accountId.slice(0, -6) + String(number).padStart(6, '0'));
      account.deposit(amount);
      await accounts.save(account);
    },
  };
}

/** The spans of one save. */
export const spansOfSave =
  'eventsource.repository.save(' +
  'eventsource.event_bus.dispatch(eventsource.event_bus.handle) in_memory_event_store.append_events)';
