// SPDX-License-Identifier: Apache-2.0
// Consumers, which poll a store for its processors, and the functions that make processors.
import type { Aspect, Call, Row, Rows } from '../../weaving/aspect.js';
import { runRecords } from '../logs/deliveries.js';
import { handlers, processor, rebuiltProjections, startedProcessor } from './processors.js';

const family = 'processors';

type Start = Call<{ readonly processors?: unknown }>;

/** It is over with the first failure of a processor that the library does not catch. */
const run = runRecords<Start>({
  'eventsource.subscription.count': ({ self }) =>
    Array.isArray(self?.processors) ? self.processors.length : undefined,
});

/** All processors are woven as the run begins: also those of a rebuild, and of the application's own making. */
const consumer: Rows = {
  reactor: { reaches: { handlers } },
  projector: { reaches: { handlers } },
  // On SQLite one function makes both.
  processor: { reaches: { handlers } },
  start: { encloses: true, logs: run, reaches: { objects: { 'self.processors.*': startedProcessor } } },
};

/** A call that gives a consumer. */
export const consuming: Row = { family, reaches: { result: consumer, makes: true } };

const onPostgreSQL: readonly Aspect[] = [
  { target: 'postgreSQLEventStoreConsumer', family, call: consuming },
  {
    target: 'rebuildPostgreSQLProjections',
    family,
    call: { reaches: { ...consuming.reaches, handlers: rebuiltProjections } },
  },
];

const makersOfProcessors = [
  'inMemoryReactor',
  'inMemoryProjector',
  'reactor',
  'projector',
  'postgreSQLReactor',
  'postgreSQLProjector',
  'postgreSQLMessageProcessor',
];

export const consumers: readonly Aspect[] = [
  ...onPostgreSQL,
  ...makersOfProcessors.map((target) => ({ target, family, call: { reaches: { handlers, result: processor } } })),
];
