// SPDX-License-Identifier: Apache-2.0
// Guide, "Projections", and the two managers inside them. Off unless an object's `enableTracing` or the family says otherwise.
import type { DomainEvent } from 'eventsource';
import type {
  CheckpointTrackingProjection,
  DeclarativeProjection,
  Projection,
  ProjectionCheckpointManager,
  ProjectionCoordinator,
  ProjectionDLQManager,
  ProjectionRegistry,
  SubscriberRegistry,
} from 'eventsource/projections';
import * as attr from '../../conventions/attributes.js';
import { SPAN_PROJECTION } from '../../conventions/spans.js';
import { type Aspect, type Call, type Recipe, type Row, type Rows, rows } from '../../weaving/aspect.js';
import { first, identityOf, ofEvent, ofEvents } from './events.js';
import * as logs from './logs/projections.js';
import { projectionRetries } from './metrics/failures.js';
import { handled } from './metrics/projections.js';
import { beginRebuild, rebuildGauges as gauges, noteHandled } from './metrics/rebuild-gauges.js';
import { handedFailure, handsFailure } from './shared.js';
import { none } from './unspanned.js';

const PROJECTION_COUNT = 'eventsource.projection.count';

const optIn = (self: { readonly enableTracing?: boolean } | undefined): boolean => self?.enableTracing === true;

const ofProjection: Recipe<{ readonly self: { readonly projectionName: string } }> = {
  [attr.ATTR_PROJECTION_NAME]: ({ self }) => self.projectionName,
};

type OfEvent<Self> = Call<Self, readonly [DomainEvent, ...unknown[]]>;

/** Plain and checkpoint-tracking projections have a `handle` of their own each; the latter hands up what it did. */
const handle: Row<OfEvent<Projection>> = {
  span: SPAN_PROJECTION,
  attributes: {
    ...ofProjection,
    ...ofEvent(first, 'eventType', 'eventId'),
  },
  life: { gauges, after: ({ self }) => noteHandled(self) },
  result: { 'checkpoint.updated': ({ facts }) => facts.checkpointUpdated as boolean | undefined },
  failure: { [attr.ATTR_RETRY_COUNT]: ({ facts }) => facts.attempts as number | undefined },
  metrics: handled,
};

/** Protected, so it is named by hand. No span: asked before each further attempt. */
const canTryAgain: Row = { metrics: projectionRetries, optional: true };

const projection = {
  target: 'Projection',
  family: 'projections',
  tracing: optIn,
  shape: ['projectionName'],
  methods: rows<Projection>({ handle: { ...handle, logs: logs.handleRecords } }),
  subclasses: rows<Projection>({ handle: { ...handle, logs: logs.handleRecords } }),
  unspanned: none('eventsource-py has none', 'reset'),
} as const satisfies Aspect;

const checkpointTracking = {
  target: 'CheckpointTrackingProjection',
  family: 'projections',
  tracing: optIn,
  methods: {
    ...rows<CheckpointTrackingProjection>({
      handle: { ...handle, logs: logs.handleWithRetryRecords },
      handleWithRetry: {
        hands: ({ result }) => ({
          attempts: result.attempts,
          deadLettered: result.deadLettered,
          ...(result.checkpointUpdated ? { checkpointUpdated: true } : {}),
        }),
      },
      reset: { logs: logs.resetRecords },
    }),
    canTryAgain,
  },
  subclasses: {
    ...rows<CheckpointTrackingProjection>({ handle: { ...handle, logs: logs.handleWithRetryRecords } }),
    canTryAgain,
  },
  unspanned: {
    ...none('eventsource-py has none', 'reset'),
    ...none('only what it calls gives spans', 'getCheckpoint', 'getLagMetrics'),
  },
} as const satisfies Aspect;

/** No span: its `handle` waits its turn and then runs that of the class above, which is the one with the span. */
const database = {
  target: 'DatabaseProjection',
  family: 'projections',
  tracing: optIn,
  shape: ['handle', 'runAttempts'],
  methods: { canTryAgain },
} as const satisfies Aspect;

/** `processEvent` is protected, so it is named by hand. No span for an event that no handler method is registered for. */
const processEvent: Row<OfEvent<DeclarativeProjection>> = {
  span: 'eventsource.projection.handler',
  via: 'handle',
  when: ({ self, args }) => self.getHandlerFor(args[0]) !== undefined,
  attributes: {
    ...ofProjection,
    [attr.ATTR_HANDLER_NAME]: ({ self, args }) => self.getHandlerFor(args[0])?.handlerName,
    ...ofEvent(first, 'eventType'),
  },
};

const declarative = {
  target: 'DeclarativeProjection',
  family: 'projections',
  tracing: optIn,
  methods: { processEvent } as Rows,
  unspanned: none('bookkeeping in memory', 'subscribedTo', 'getHandlerFor'),
} as const satisfies Aspect;

const registry = {
  target: 'ProjectionRegistry',
  family: 'projections',
  tracing: optIn,
  methods: rows<ProjectionRegistry>({
    dispatch: {
      span: 'eventsource.projection.registry.dispatch',
      attributes: {
        [PROJECTION_COUNT]: ({ self }) => self.projectionCount,
        [attr.ATTR_HANDLER_COUNT]: ({ self }) => self.handlerCount,
        ...ofEvent(first, 'eventType', 'eventId'),
      },
      life: { gauges, after: ({ self }) => noteHandled(self) },
    },
    dispatchInternal: { ending: { outcome: logs.firstFailure }, logs: logs.dispatchRecords },
    registerProjection: { logs: logs.registerProjectionRecords },
    registerHandler: { logs: logs.registerHandlerRecords },
    unregisterProjection: { logs: logs.unregisterProjectionRecords },
    unregisterHandler: { logs: logs.unregisterHandlerRecords },
    resetAll: { logs: logs.resetAllRecords },
  }),
  unspanned: {
    ...none('bookkeeping in memory', 'registerProjection', 'registerHandler'),
    ...none('bookkeeping in memory', 'unregisterProjection', 'unregisterHandler'),
    ...none('only what it calls gives spans', 'dispatchMany'),
    ...none('eventsource-py has none', 'resetAll'),
  },
} as const satisfies Aspect;

const coordinator = {
  target: 'ProjectionCoordinator',
  family: 'projections',
  tracing: optIn,
  methods: rows<ProjectionCoordinator>({
    dispatchEvents: {
      span: 'eventsource.projection.coordinate',
      attributes: {
        [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0]?.length,
        [PROJECTION_COUNT]: ({ self }) => self.registry.projectionCount,
        ...ofEvents(({ args }) => args[0]),
      },
    },
    /** Without spans, which would be as many as there are events below them; `rebuildProjection` goes through `catchup`. */
    catchup: {
      life: { gauges, during: ({ args }) => beginRebuild(args[0], args[1]) },
      logs: logs.catchupRecords,
    },
    rebuildAll: {
      life: { gauges, during: ({ self, args }) => beginRebuild(self.registry, args[0]) },
      logs: logs.rebuildAllRecords,
    },
    rebuildProjection: { logs: logs.rebuildRecords },
  }),
  unspanned: {
    ...none('bookkeeping in memory', 'getProjectionInfo', 'healthCheck'),
    ...none('only what it calls gives spans', 'catchup', 'rebuildAll', 'rebuildProjection'),
  },
} as const satisfies Aspect;

const checkpointManager = {
  target: 'ProjectionCheckpointManager',
  family: 'projections',
  tracing: optIn,
  methods: rows<ProjectionCheckpointManager>({
    update: {
      span: 'eventsource.checkpoint_manager.update',
      via: 'CheckpointTrackingProjection.handle',
      attributes: { ...ofProjection, ...identityOf(first, 'eventType') },
      logs: logs.updateRecords,
    },
    getCheckpoint: { span: 'eventsource.checkpoint_manager.get_checkpoint', attributes: ofProjection },
    getLagMetrics: { span: 'eventsource.checkpoint_manager.get_lag_metrics', attributes: ofProjection },
    reset: {
      span: 'eventsource.checkpoint_manager.reset',
      attributes: ofProjection,
      logs: logs.resetCheckpointRecords,
    },
  }),
} as const satisfies Aspect;

const dlqManager = {
  target: 'ProjectionDLQManager',
  family: 'projections',
  tracing: optIn,
  methods: rows<ProjectionDLQManager>({
    sendToDlq: {
      span: 'eventsource.dlq_manager.send_to_dlq',
      via: 'CheckpointTrackingProjection.handle',
      attributes: {
        ...ofProjection,
        ...identityOf(first, 'eventType', 'eventId'),
        [attr.ATTR_RETRY_COUNT]: ({ args }) => args[2],
      },
      ending: { outcome: handedFailure },
      logs: logs.sendToDlqRecords,
    },
    trySendToDlq: { hands: handsFailure },
    getFailedEvents: {
      span: 'eventsource.dlq_manager.get_failed_events',
      attributes: ofProjection,
      ending: { outcome: handedFailure },
      logs: logs.readDlqRecords,
    },
    tryGetFailedEvents: { hands: handsFailure },
  }),
} as const satisfies Aspect;

/** No spans: what it hands an event to has them. */
const subscribers = {
  target: 'SubscriberRegistry',
  family: 'projections',
  shape: ['register', 'getSubscribersFor', 'dispatch'],
  tracing: optIn,
  methods: rows<SubscriberRegistry>({
    register: { logs: logs.registerSubscriberRecords },
    dispatch: { ending: { outcome: logs.firstFailure }, logs: logs.dispatchToSubscribersRecords },
  }),
  unspanned: {
    ...none('bookkeeping in memory', 'register', 'unregister', 'getSubscribersFor'),
    ...none('only what it calls gives spans', 'dispatch', 'dispatchMany'),
  },
} as const satisfies Aspect;

export const projections = [
  projection,
  checkpointTracking,
  declarative,
  database,
  registry,
  coordinator,
  subscribers,
  checkpointManager,
  dlqManager,
] as const satisfies readonly Aspect[];
