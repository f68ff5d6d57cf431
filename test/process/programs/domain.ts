// SPDX-License-Identifier: Apache-2.0
// The small domain of these programs, made of whichever library the program was given.
import type { AggregateClass, AggregateRoot, DomainEvent, EventClass } from 'eventsource';
import type { Library } from '../../../testkit/whole-library.js';

export const accountId = '00000000-0000-4000-8000-000000000001';

export interface Deposited extends DomainEvent {
  readonly amount: number;
}

export interface Account extends AggregateRoot<{ balance: number }> {
  deposit(amount: number): void;
}

export interface Domain {
  readonly Deposited: EventClass<Deposited>;
  readonly Account: AggregateClass<Account>;
  depositOf(amount: number, version: number, base?: Readonly<Record<string, unknown>>): Deposited;
}

export function domainOf({ DomainEvent: Event, AggregateRoot: Root, registerEvent }: Library): Domain {
  class Deposited extends Event<{ readonly amount: number }> {
    static override readonly aggregateType = 'Account';
  }

  class Account extends Root<{ balance: number }> {
    static override readonly aggregateType = 'Account';

    deposit(amount: number): void {
      this.raiseEvent(depositOf(amount, this.getNextVersion(), { aggregateId: this.aggregateId }));
    }

    protected override apply(event: DomainEvent): void {
      const { amount } = event as Deposited;
      this.state = { balance: (this.state ?? this.getInitialState()).balance + amount };
    }

    protected override getInitialState() {
      return { balance: 0 };
    }
  }

  function depositOf(amount: number, aggregateVersion: number, base: Readonly<Record<string, unknown>> = {}) {
    return new Deposited({ aggregateId: accountId, aggregateVersion, amount, ...base });
  }

  registerEvent(Deposited);
  return { Deposited, Account, depositOf };
}
