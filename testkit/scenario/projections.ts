// SPDX-License-Identifier: Apache-2.0
import type { DomainEvent } from 'eventsource/events';
import type { CheckpointTrackingProjectionOptions, Projection } from 'eventsource/projections';
import { createAttempts, type Failures } from './attempts.js';
import type { ScenarioDatabase } from './databases.js';
import type { Run } from './run.js';

/** What all projections of a scenario take; the library's defaults hold for what is not given. */
type ProjectionParameters = Failures &
  Pick<CheckpointTrackingProjectionOptions, 'checkpointRepo' | 'dlqRepo' | 'enableTracing'>;

const HARDLY_ANY_WAIT_SECONDS = 0.001;

/** A projection with a retry policy of its own; every event of an order is one attempt. */
export function createOrderSummary(
  { failFirst, failOn, error, maxRetries = 0, ...options }: ProjectionParameters & { maxRetries?: number },
  { library, domain, marks }: Run,
): Projection {
  const attempts = createAttempts({ failFirst, failOn, error }, marks);
  const { OrderPlaced, ItemAdded, OrderShipped } = domain.events;

  class OrderSummary extends library.CheckpointTrackingProjection {
    get calls() {
      return attempts.calls;
    }

    subscribedTo() {
      return [OrderPlaced, ItemAdded, OrderShipped];
    }

    protected processEvent(event: DomainEvent) {
      return attempts.run(event);
    }
  }

  const initialDelay = HARDLY_ANY_WAIT_SECONDS;
  const retryPolicy = new library.ExponentialBackoffRetryPolicy({ maxRetries, initialDelay });
  return new OrderSummary({ ...options, retryPolicy });
}

/** A projection with a handler method for each of two events. */
export function createOrderStats(parameters: ProjectionParameters, { library, domain, marks }: Run): Projection {
  const { failFirst, failOn, error, ...options } = parameters;
  const attempts = createAttempts({ failFirst, failOn, error }, marks);
  const { OrderPlaced, OrderShipped } = domain.events;

  class OrderStats extends library.DeclarativeProjection {
    static override readonly retryBackoffBase = 0;
    static readonly handlers = { placed: OrderPlaced, shipped: OrderShipped };

    get calls() {
      return attempts.calls;
    }

    async placed(event: DomainEvent) {
      await attempts.run(event);
    }

    async shipped(event: DomainEvent) {
      await attempts.run(event);
    }
  }

  return new OrderStats(options);
}

/** A projection that handles each event in a transaction of the database. */
export function createOrderLedger(
  { database, ...parameters }: ProjectionParameters & { database: ScenarioDatabase },
  { library, domain, marks }: Run,
): Projection {
  const { failFirst, failOn, error, ...options } = parameters;
  const attempts = createAttempts({ failFirst, failOn, error }, marks);
  const { OrderPlaced } = domain.events;

  class OrderLedger extends library.DatabaseProjection<unknown> {
    static override readonly retryBackoffBase = 0;
    static readonly handlers = { placed: OrderPlaced };

    get calls() {
      return attempts.calls;
    }

    async placed(_connection: unknown, event: DomainEvent) {
      await attempts.run(event);
    }
  }

  return new OrderLedger(database.sessionFactory, options);
}
