// SPDX-License-Identifier: Apache-2.0
// AggregateRoot, and the mixin that makes one of any class (version 12). Nest has no repository: an aggregate that hands its events
// over is saved, and one that is given its history is loaded.
import * as attr from '../../conventions/attributes.js';
import { SPAN_LOAD, SPAN_SAVE } from '../../conventions/spans.js';
import type { Aspect, Call, Recipe, Row } from '../../weaving/aspect.js';
import { withEventsOf } from '../appended.js';
import { loadRecords } from '../logs/aggregates.js';
import { loads } from '../metrics/aggregates.js';
import { aggregateIdOf, aggregateTypeOf } from './names.js';

interface Aggregate {
  getUncommittedEvents(): readonly unknown[];
}

type Commit = Call<Aggregate, readonly [], void>;
type Load = Call<Aggregate, readonly [history: readonly unknown[]], void>;

const idAndType: Recipe<{ readonly self: Aggregate }> = {
  [attr.ATTR_AGGREGATE_ID]: ({ self }) => aggregateIdOf(self),
  [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => aggregateTypeOf(self),
};

const replayed = ({ args }: Load) => args[0].length;

const aggregate = {
  commit: {
    span: SPAN_SAVE,
    when: ({ self }) => self.getUncommittedEvents().length > 0,
    attributes: { ...idAndType, [attr.ATTR_EVENT_COUNT]: ({ self }) => self.getUncommittedEvents().length },
    settled: { 'save.success': ({ failed }) => !failed },
    // What was published below it belongs to the command above it.
    hands: ({ facts }, held) => withEventsOf(held, facts),
  } satisfies Row<Commit>,
  loadFromHistory: {
    span: SPAN_LOAD,
    attributes: idAndType,
    result: { 'events.replayed': replayed },
    metrics: loads<Load>({ type: ({ self }) => aggregateTypeOf(self), outcome: 'none', count: replayed }),
    logs: loadRecords<Load>({ aggregate: idAndType, count: replayed }),
  } satisfies Row<Load>,
};

export const aggregates = [
  // In version 12 the mixin has made the class above it, where `require` on Node.js 20 lets nobody see it being made.
  { target: 'AggregateRoot', family: 'aggregates', methods: aggregate, atOwner: true },
  {
    target: 'WithAggregateRoot',
    family: 'aggregates',
    call: { reaches: { objects: { 'result.prototype': aggregate } } },
  },
] as const satisfies readonly Aspect[];
