// SPDX-License-Identifier: Apache-2.0
// What waits in the outbox. It is the repository that is asked, whoever fills it: also another process, or the event store.
import type { OutboxRepository, OutboxStats } from 'eventsource';
import type { Gauge, LifeWords, Options } from '../../../weaving/living.js';
import type { Question } from '../../../weaving/questions.js';
import { COMPONENT } from '../../metrics/shared.js';
import { classNameOf } from '../names.js';
import { canBeAsked } from './askable.js';

const stats = new WeakMap<OutboxRepository, OutboxStats>();

const askForStats: Question<OutboxRepository> = {
  name: 'an outbox',
  option: 'queryStores',
  ask: (repository) =>
    canBeAsked(repository) ? repository.getStats().then((answer) => void stats.set(repository, answer)) : undefined,
};

const outboxGauge = (
  name: string,
  unit: string,
  description: string,
  question: string,
  readOff: (stats: OutboxStats) => number,
): Gauge<OutboxRepository> => ({
  instrument: { kind: 'gauge', name: `eventsource.outbox.${name}`, unit, description, question },
  attributes: [COMPONENT],
  asks: askForStats,
  observe(repository, options: Options) {
    const known = options('queryStores') === false ? undefined : stats.get(repository);
    if (known === undefined) return [];
    return [{ value: readOff(known), attributes: { [COMPONENT]: classNameOf(repository) } }];
  },
});

const gauges = [
  outboxGauge(
    'pending',
    '{event}',
    'Events that wait to be published',
    'Is the relay behind?',
    (of) => of.pendingCount,
  ),
  outboxGauge(
    'oldest_age',
    's',
    'Age of the oldest event that waits to be published; 0 when there is none',
    'Does the relay run at all?',
    ({ oldestPending }) => (oldestPending === null ? 0 : Math.max(0, Date.now() - oldestPending.getTime()) / 1000),
  ),
] as readonly Gauge[];

/** A repository is observed from its first use on. */
export const outboxInUse: LifeWords<{ readonly self: OutboxRepository }> = { gauges, uses: ({ self }) => self };
