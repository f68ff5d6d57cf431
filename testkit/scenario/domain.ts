// SPDX-License-Identifier: Apache-2.0
import type { AggregateRoot } from 'eventsource/aggregates';
import type { DomainEvent, EventClass } from 'eventsource/events';
import { createError } from './errors.js';
import type { Library } from './library.js';

/** The classes that a scenario's events and aggregates are of (README.md, The domain). */
export interface Domain {
  readonly events: Events;
  readonly aggregates: Aggregates;
  /** An event or aggregate class by its name. */
  classCalled(name: string): unknown;
  eventClassesCalled(names: readonly string[]): EventClass[];
  createEvent(name: string, fields: Readonly<Record<string, unknown>>): DomainEvent;
}

type EventOf<Fields> = EventClass<DomainEvent & Readonly<Fields>>;

interface Events {
  readonly OrderPlaced: EventOf<{ customer: string; total: number }>;
  readonly ItemAdded: EventOf<{ sku: string; quantity: number }>;
  readonly OrderShipped: EventOf<{ tracking: string }>;
  readonly InvoiceIssued: EventOf<{ amount: number }>;
}

type Aggregates = Readonly<Record<'Order' | 'Invoice', new (aggregateId: string) => AggregateRoot>>;

/** Makes the domain and registers its events in the default registry. */
export function createDomain(library: Library): Domain {
  const events = createEvents(library);
  const aggregates = createAggregates(library, events);
  for (const eventClass of Object.values<EventClass>({ ...events })) library.registerEvent(eventClass);
  const eventCalled = (name: string) => classNamed<EventClass>(name, { ...events });

  return {
    events,
    aggregates,
    classCalled: (name) => classNamed<unknown>(name, { ...events, ...aggregates }),
    eventClassesCalled: (names) => names.map(eventCalled),
    createEvent: (name, fields) => new (eventCalled(name))(fields as never),
  };
}

function classNamed<T>(name: string, classes: Readonly<Record<string, T>>): T {
  const found = classes[name];
  if (found === undefined) throw new Error(`no class of the domain is called ${name}`);
  return found;
}

function createEvents({ DomainEvent }: Library): Events {
  class OrderPlaced extends DomainEvent {
    static override readonly aggregateType = 'Order';
    declare readonly customer: string;
    declare readonly total: number;
  }
  class ItemAdded extends DomainEvent {
    static override readonly aggregateType = 'Order';
    declare readonly sku: string;
    declare readonly quantity: number;
  }
  class OrderShipped extends DomainEvent {
    static override readonly aggregateType = 'Order';
    declare readonly tracking: string;
  }
  class InvoiceIssued extends DomainEvent {
    static override readonly aggregateType = 'Invoice';
    declare readonly amount: number;
  }
  return { OrderPlaced, ItemAdded, OrderShipped, InvoiceIssued };
}

interface OrderState {
  customer: string | null;
  total: number;
  items: { sku: string; quantity: number }[];
  tracking: string | null;
}

function createAggregates(
  { AggregateRoot }: Library,
  { OrderPlaced, ItemAdded, OrderShipped, InvoiceIssued }: Events,
): Aggregates {
  class Order extends AggregateRoot<OrderState> {
    static override readonly aggregateType = 'Order';

    protected apply(event: DomainEvent): void {
      const state = this.state ?? this.getInitialState();
      if (event instanceof OrderPlaced) this.state = { ...state, customer: event.customer, total: event.total };
      if (event instanceof OrderShipped) this.state = { ...state, tracking: event.tracking };
      if (event instanceof ItemAdded) {
        const { sku, quantity } = event;
        this.state = { ...state, items: [...(state.items ?? []), { sku, quantity }] };
      }
    }

    protected getInitialState(): OrderState {
      return { customer: null, total: 0, items: [], tracking: null };
    }

    protected override deserializeState(state: Readonly<Record<string, unknown>>): OrderState {
      if ('broken' in state) throw createError('StateRefused');
      return super.deserializeState(state);
    }
  }

  class Invoice extends AggregateRoot<{ amount: number }> {
    static override readonly aggregateType = 'Invoice';

    protected apply(event: DomainEvent): void {
      if (event instanceof InvoiceIssued) this.state = { amount: event.amount };
    }

    protected getInitialState() {
      return { amount: 0 };
    }
  }

  return { Order, Invoice };
}
