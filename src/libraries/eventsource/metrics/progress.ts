// SPDX-License-Identifier: Apache-2.0
// The gauges of something that is worked off: how much of it is done, and how long it will take.
import type { AttributeValue } from '@opentelemetry/api';
import type { Gauge } from '../../../weaving/living.js';

export interface Progress {
  readonly done: number;
  readonly target: number;
  /** For each second; 0 when it is over. */
  readonly rate: number;
  /** Finished, or given up. */
  readonly isOver: boolean;
}

/** What stands for whom: one series for each. */
export interface InProgress {
  readonly progress: Progress;
  readonly names: readonly string[];
}

/**
 * @param prefix of the names of the gauges
 * @param what it is, in the descriptions
 * @param attribute the key of the attribute with the names
 */
export function progressGauges<T extends object>(
  prefix: string,
  what: string,
  attribute: string,
  of: (object: T, hasEnded: boolean) => InProgress | undefined,
): readonly Gauge<T>[] {
  const gauge = (
    name: string,
    unit: string,
    description: string,
    question: string,
    readOff: (progress: Progress) => number | undefined,
  ): Gauge<T> => ({
    instrument: { kind: 'gauge', name: `${prefix}.${name}`, unit, description, question },
    attributes: [attribute],
    observe(object, _options, hasEnded) {
      const known = of(object, hasEnded);
      const value = known === undefined ? undefined : readOff(known.progress);
      if (known === undefined || value === undefined) return [];
      return known.names.map((each) => ({ value, attributes: { [attribute]: each as AttributeValue } }));
    },
  });
  return [
    gauge('done', '{event}', `Events that ${what} has behind it`, 'How far is it?', ({ done }) => done),
    gauge('target', '{event}', `Events that ${what} has to do in all`, 'How much is it?', ({ target }) => target),
    gauge('rate', '{event}/s', `Events a second of ${what}; 0 when it is over`, 'Does it get on?', ({ rate }) => rate),
    gauge(
      'remaining_time',
      's',
      `Time that ${what} will still take at this rate; 0 when it is over`,
      'When will it be done?',
      remainingTime,
    ),
  ];
}

/** Nothing while it has not got going: nobody knows then. */
function remainingTime({ done, target, rate, isOver }: Progress): number | undefined {
  if (isOver || done >= target) return 0;
  return rate > 0 ? (target - done) / rate : undefined;
}
