// SPDX-License-Identifier: Apache-2.0
// Consumers, which poll a store for its processors, and the functions that make processors.
import type { Aspect, Row, Rows } from '../../weaving/aspect.js';
import { handlers, processor, rebuiltProjections, startedProcessor } from './processors.js';

const family = 'processors';

/** All processors are woven as the run begins: also those of a rebuild, and of the application's own making. */
const consumer: Rows = {
  reactor: { reaches: { handlers } },
  projector: { reaches: { handlers } },
  start: { encloses: true, reaches: { objects: { 'self.processors.*': startedProcessor } } },
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
