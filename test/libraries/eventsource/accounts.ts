// SPDX-License-Identifier: Apache-2.0
// The small domain of these tests, and where its events are kept.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AggregateRoot, type DomainEvent, DomainEvent as Event, EventRegistry } from 'eventsource';
import {
  type CheckpointRepository,
  InMemoryCheckpointRepository,
  SQLiteCheckpointRepository,
} from 'eventsource/repositories';
import { type EventStore, InMemoryEventStore, openSQLite, SQLiteEventStore } from 'eventsource/stores';

export class Deposited extends Event<{ amount: number }> {
  static override readonly aggregateType = 'Account';
}

export class Withdrawn extends Event<{ amount: number }> {
  static override readonly aggregateType = 'Account';
}

export const registry = new EventRegistry();
for (const eventClass of [Deposited, Withdrawn]) registry.register(eventClass);

export class Account extends AggregateRoot<number> {
  static override readonly aggregateType = 'Account';

  /** Pays in what is positive, pays out what is negative. */
  move(amount: number, tenantId: string | null = null): void {
    const { aggregateId } = this;
    const init = { aggregateId, aggregateVersion: this.getNextVersion(), tenantId, amount: Math.abs(amount) };
    this.raiseEvent(amount < 0 ? new Withdrawn(init) : new Deposited(init));
  }

  protected override apply(event: DomainEvent): void {
    const { amount } = event as Deposited;
    this.state = (this.state ?? 0) + (event instanceof Withdrawn ? -amount : amount);
  }

  protected override getInitialState(): number {
    return 0;
  }
}

export const backEnds = ['memory', 'sqlite'] as const;
export type BackEnd = (typeof backEnds)[number];

/** What outlives a process. */
export interface Storage {
  readonly store: EventStore;
  readonly checkpoints: CheckpointRepository;
  readonly close: () => Promise<void>;
}

export async function openStorage(backEnd: BackEnd): Promise<Storage> {
  if (backEnd === 'memory') {
    return { store: new InMemoryEventStore(), checkpoints: new InMemoryCheckpointRepository(), close: async () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), 'accounts-'));
  const database = openSQLite(join(folder, 'accounts.db'));
  const store = new SQLiteEventStore(database, { eventRegistry: registry });
  await store.initialize();
  return {
    store,
    checkpoints: new SQLiteCheckpointRepository(database),
    async close() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
