// SPDX-License-Identifier: Apache-2.0
// Processors: objects that handle stored events, batch by batch. While one is catching up, single events have spans only where they
// fail. Events are handled long after they were appended: whoever handles them is linked to the append.
import type { AnyRecordedMessageMetadata } from '@event-driven-io/emmett';
import { SpanKind } from '@opentelemetry/api';
import * as attr from '../../conventions/attributes.js';
import { SPAN_PROJECTION } from '../../conventions/spans.js';
import type { Call, Facts, Handlers, Recipe, Row, Rows } from '../../weaving/aspect.js';
import { ATTR_PROCESSOR_RESULT } from '../attributes.js';
import { batchRecords, eventRecords } from '../logs/deliveries.js';
import { projectionRecords } from '../logs/handling.js';
import { appendsOf } from '../stored-context.js';
import { handedOn, projecting } from './metrics.js';
import { asRun, batchSizeOf, caughtUp, endsByItself, messagesOf, phaseOf } from './runs.js';

interface Processor {
  readonly id?: string;
  readonly type?: string;
  readonly isActive?: boolean;
}

interface Message {
  readonly type?: string;
  readonly metadata?: Partial<AnyRecordedMessageMetadata> & {
    readonly messageId?: string;
    readonly streamName?: string;
    readonly globalPosition?: bigint;
  };
}

type Batch = Call<Processor | undefined, readonly [messages: unknown, ...unknown[]], unknown>;
type Handle = Call<{ readonly name?: string } | undefined, readonly [given: unknown, ...unknown[]], unknown>;

/** What the handlers of single events tell the batch. */
interface Handled extends Facts {
  readonly processed?: number;
  readonly skipped?: number;
}

/** What `read` gives of a message, or of what a handler gave: of anything that callers pass, accessors that throw included. */
function readFrom<T, V>(given: unknown, read: (given: T) => V): V | undefined {
  try {
    return given === undefined || given === null ? undefined : read(given as T);
  } catch {
    return undefined;
  }
}

function metadataOf(message: unknown): Message['metadata'] {
  return readFrom(message, ({ metadata }: Message) => metadata);
}

function typeOf(given: unknown): string | undefined {
  return readFrom(given, ({ type }: { readonly type?: string }) => type);
}

function positionOf(message: unknown): bigint | undefined {
  return readFrom(message, ({ metadata }: Message) => metadata?.globalPosition);
}

const ofBatch: Recipe<Batch> = {
  [attr.ATTR_SUBSCRIPTION_NAME]: ({ self }) => self?.id,
  [attr.ATTR_EVENT_COUNT]: (call) => messagesOf(call).length,
  [attr.ATTR_POSITION]: (call) => positionOf(messagesOf(call).at(-1)),
};

const batch: Row<Batch> = {
  span: 'eventsource.processor.handle_batch',
  kind: SpanKind.CONSUMER,
  when: (call) => call.self?.isActive !== false && messagesOf(call).length > 0,
  attributes: {
    [attr.ATTR_SUBSCRIPTION_NAME]: ({ self }) => self?.id,
    [attr.ATTR_SUBSCRIPTION_PHASE]: phaseOf,
    [attr.ATTR_BATCH_SIZE]: ({ enclosing }) => {
      const run = asRun(enclosing);
      return run === undefined ? undefined : batchSizeOf(run);
    },
    [attr.ATTR_EVENT_COUNT]: (call) => messagesOf(call).length,
    [attr.ATTR_POSITION]: (call) => positionOf(messagesOf(call).at(-1)),
  },
  settled: {
    [attr.ATTR_EVENTS_PROCESSED]: ({ facts }) => (facts as Handled).processed,
    [attr.ATTR_EVENTS_SKIPPED]: ({ facts }) => (facts as Handled).skipped,
  },
  result: { [ATTR_PROCESSOR_RESULT]: ({ result, facts }) => typeOf(result) ?? skippedAll(facts) },
  context: {
    // A consumer polls for as long as the process lives: not below the request that has happened to start it.
    parent({ enclosing }) {
      const run = asRun(enclosing);
      return run !== undefined && !endsByItself(run) ? 'root' : undefined;
    },
    links: (call) => appendsOf(messagesOf(call).map(metadataOf)),
  },
  apart: true,
  logs: batchRecords(ofBatch, (call) => phaseOf(call) === 'catching_up'),
  hands: (call) => (asRun(call.enclosing) !== undefined && phaseOf(call) === 'live' ? caughtUp : undefined),
  handsFailed: true,
};

function skippedAll({ processed, skipped }: Handled): string | undefined {
  return skipped !== undefined && skipped === processed ? 'SKIP' : undefined;
}

function isCatchingUp({ enclosing }: Pick<Call, 'enclosing'>): boolean {
  return enclosing !== undefined && phaseOf(enclosing) === 'catching_up';
}

function processorOf({ enclosing }: Pick<Call, 'enclosing'>): string | undefined {
  return (enclosing?.self as Processor | undefined)?.id;
}

/** One event of a batch. */
function handling(messageOf: (call: Handle) => unknown, own: Recipe<Handle> = {}) {
  return {
    late: isCatchingUp,
    attributes: {
      [attr.ATTR_SUBSCRIPTION_NAME]: processorOf,
      ...own,
      [attr.ATTR_EVENT_TYPE]: (call) => typeOf(messageOf(call)),
      [attr.ATTR_EVENT_ID]: (call) => readFrom(messageOf(call), ({ metadata }: Message) => metadata?.messageId),
      [attr.ATTR_STREAM_ID]: (call) => readFrom(messageOf(call), ({ metadata }: Message) => metadata?.streamName),
      [attr.ATTR_POSITION]: (call) => positionOf(messageOf(call)),
    },
    context: { links: (call) => appendsOf([metadataOf(messageOf(call))]) },
    hands: ({ result }, { processed = 0, skipped = 0 }: Handled): Handled => ({
      processed: processed + 1,
      ...(typeOf(result) === 'SKIP' ? { skipped: skipped + 1 } : {}),
    }),
  } as const satisfies Row<Handle>;
}

const handlingByReactor = handling(({ args }) => args[0]);

const event: Row<Handle> = {
  ...handlingByReactor,
  metrics: handedOn<Handle>({ processor: processorOf, type: ({ args }) => typeOf(args[0]) }),
  logs: eventRecords({ attributes: handlingByReactor.attributes, isCatchingUp, goesOn: false }),
  span: 'eventsource.processor.handle_event',
  kind: SpanKind.CONSUMER,
  // That of a projector only passes the event on to the projection, and is woven in ES modules alone.
  when: ({ enclosing }) => (enclosing?.self as Processor | undefined)?.type !== 'projector',
};

const projected = ({ args }: Handle): unknown => (Array.isArray(args[0]) ? args[0][0] : undefined);

const handlingByProjection = handling(projected, {
  [attr.ATTR_PROJECTION_NAME]: ({ self }) => self?.name,
});

/** A projection that a processor hands events to, one at a time. */
const projection: Row<Handle> = {
  ...handlingByProjection,
  span: SPAN_PROJECTION,
  metrics: [...projecting, ...handedOn<Handle>({ processor: processorOf, type: (call) => typeOf(projected(call)) })],
  logs: projectionRecords(handlingByProjection.attributes),
};

/** The handlers in the options of a processor. */
export const handlers = { '0.eachMessage': event, '0.projection.handle': projection } as const satisfies Handlers;

/** Those in the options of a rebuild, which is of one projection or several, with options of their own or without. */
export const rebuiltProjections = {
  '0.projection.handle': projection,
  '0.projections.*.handle': projection,
  '0.projections.*.projection.handle': projection,
} as const satisfies Handlers;

type Poll = Call<unknown, readonly [statement: unknown, ...unknown[]], { readonly rows?: readonly unknown[] }>;

/** The statement by which a consumer polls, among all those of its pool. */
const POLLING = /ORDER BY transaction_id, global_position/;

const poll: Row<Poll> = {
  hands: ({ args: [statement], result, enclosing }) =>
    asRun(enclosing) !== undefined && result?.rows?.length === 0 && POLLING.test(String(statement))
      ? caughtUp
      : undefined,
};

export const processor: Rows = { handle: batch as Row };

/** One that a consumer starts, which lends it what it polls with. */
export const startedProcessor: Rows = {
  ...processor,
  start: { reaches: { objects: { 'args.0.execute': { query: poll as Row } } } },
};
