// SPDX-License-Identifier: Apache-2.0
// Instruments for operators that several libraries give: one value for each name, so that a dashboard serves all of them. Those that
// one library alone can give stand with its tables.
import type { Instrument } from '../../weaving/signals.js';
import { numbersOfEvents, secondsOfCalls, secondsOfWaiting } from './shared.js';

export const appendTime = {
  kind: 'histogram',
  name: 'eventsource.append.duration',
  unit: 's',
  description: 'Time of one append, all its events together',
  question: 'Is the store slow to write, and which of its appends fail?',
  buckets: secondsOfCalls,
} as const satisfies Instrument;

export const appended = {
  kind: 'counter',
  name: 'eventsource.append.events',
  unit: '{event}',
  description: 'Events that were appended',
  question: 'How much is written, and of what?',
} as const satisfies Instrument;

export const conflicts = {
  kind: 'counter',
  name: 'eventsource.append.conflicts',
  unit: '{conflict}',
  description: 'Appends that were refused since the stream was at another version',
  question: 'Which aggregates do several writers change at the same time?',
} as const satisfies Instrument;

export const readTime = {
  kind: 'histogram',
  name: 'eventsource.read.duration',
  unit: 's',
  description: 'Time of one read of events, such as those of one aggregate',
  question: 'Is it the store that makes loading slow?',
  buckets: secondsOfCalls,
} as const satisfies Instrument;

export const replayed = {
  kind: 'histogram',
  name: 'eventsource.load.events',
  unit: '{event}',
  description: 'Events that one load replayed; with a snapshot (`hit`) its age in events',
  question: 'Which aggregates need a snapshot, or a newer one?',
  buckets: numbersOfEvents,
} as const satisfies Instrument;

export const snapshotLookups = {
  kind: 'counter',
  name: 'eventsource.snapshot.lookups',
  unit: '{lookup}',
  description: 'Searches for the snapshot of an aggregate that is loaded',
  question: 'Are snapshots found, and are they of use?',
} as const satisfies Instrument;

export const projectionTime = {
  kind: 'histogram',
  name: 'eventsource.projection.duration',
  unit: 's',
  description: 'Time for handling one event, with all its attempts and its checkpoint',
  question: 'Which projections are slow or fail, and on which events?',
  buckets: secondsOfCalls,
} as const satisfies Instrument;

export const queueTime = {
  kind: 'histogram',
  name: 'eventsource.queue.duration',
  unit: 's',
  description: 'Time from an event to the beginning of its first handling; live deliveries only',
  question: 'Do events wait for their handlers, or are the handlers slow?',
  buckets: secondsOfWaiting,
} as const satisfies Instrument;

export const retries = {
  kind: 'counter',
  name: 'eventsource.retries',
  unit: '{retry}',
  description: 'Further tries after a failure; `error.type` is of that failure, where it is known',
  question: 'What has to be tried again, and why?',
} as const satisfies Instrument;

export const commandTime = {
  kind: 'histogram',
  name: 'eventsource.command.duration',
  unit: 's',
  description:
    'Time for handling one command, with all its attempts; of commands that handle one another the outermost',
  question: 'Which commands are slow or fail, and why?',
  buckets: secondsOfCalls,
} as const satisfies Instrument;

export const queryTime = {
  kind: 'histogram',
  name: 'eventsource.query.duration',
  unit: 's',
  description: 'Time for handling one query',
  question: 'Which queries are slow or fail, and why?',
  buckets: secondsOfCalls,
} as const satisfies Instrument;

// Those of subscriptions are the guide's, and so are their unit and the names of their attributes.

export const processed = {
  kind: 'counter',
  name: 'subscription.events.processed',
  unit: 'events',
  description: 'Events that the subscriber has handled',
  question: 'How much does each subscription get done?',
} as const satisfies Instrument;

export const failures = {
  kind: 'counter',
  name: 'subscription.events.failed',
  unit: 'events',
  description: 'Events that the subscriber failed to handle',
  question: 'Which subscriptions fail, on what, and why?',
} as const satisfies Instrument;

export const processingTime = {
  kind: 'histogram',
  name: 'subscription.processing.duration',
  unit: 'ms',
  description: 'Time for handling one event, whatever came of it',
  question: 'Which subscriptions are slow?',
} as const satisfies Instrument;
