// SPDX-License-Identifier: Apache-2.0
// What a program of these tests gets: the target, loaded by `import` or by `require`.
import type * as eventsource from 'eventsource';
import type * as handlers from 'eventsource/handlers';
import type * as projections from 'eventsource/projections';
import type * as snapshots from 'eventsource/snapshots';
import type * as subscriptions from 'eventsource/subscriptions';

export const subPaths = [
  'events',
  'exceptions',
  'stores',
  'bus',
  'handlers',
  'aggregates',
  'snapshots',
  'repositories',
  'projections',
  'subscriptions',
  'migrations',
] as const;

export type Library = typeof eventsource & {
  readonly handlers: typeof handlers;
  readonly projections: typeof projections;
  readonly snapshots: typeof snapshots;
  readonly subscriptions: typeof subscriptions;
} & Readonly<Record<(typeof subPaths)[number], object>>;

/** A program says what an application can see, as JSON. */
export type Program = (library: Library) => unknown;
