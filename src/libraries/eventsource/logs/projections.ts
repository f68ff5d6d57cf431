// SPDX-License-Identifier: Apache-2.0
// What is logged of projections. An event that is given up is one record, whatever was tried before.
import type { DomainEvent } from 'eventsource';
import type {
  CheckpointTrackingProjection,
  Projection,
  ProjectionCheckpointManager,
  ProjectionCoordinator,
  ProjectionDLQManager,
  ProjectionRegistry,
  SubscriberRegistry,
} from 'eventsource/projections';
import * as attr from '../../../conventions/attributes.js';
import type { Call, Failure, Recipe } from '../../../weaving/aspect.js';
import { projectionRecords } from '../../logs/handling.js';
import { type CallOf, listed, loggerNamed, type Records } from '../../logs/record.js';
import { first, identityOf } from '../events.js';
import { classNameOf } from '../names.js';

type Handle<Self> = Call<Self, readonly [DomainEvent, ...unknown[]]>;
type Named = { readonly self: { readonly projectionName: string } };

const base = loggerNamed('eventsource.projections.base');
const checkpoints = loggerNamed('eventsource.projections.checkpoint_manager');
const coordinator = loggerNamed('eventsource.projections.coordinator');
const deadLetters = loggerNamed('eventsource.projections.dlq_manager');

const ofProjection: Recipe<Named> = { [attr.ATTR_PROJECTION_NAME]: ({ self }) => self.projectionName };
const ofEvent = identityOf<{ readonly args: readonly [DomainEvent, ...unknown[]] }>(first, 'eventType', 'eventId');
const handled: Recipe<Handle<Projection>> = { ...ofProjection, ...ofEvent };
const tried: Recipe<Handle<Projection>> = {
  ...handled,
  'eventsource.attempts': ({ facts }) => facts.attempts as number | undefined,
};

/** Of projections that keep no checkpoint. */
export const handleRecords: Records<Handle<Projection>> = projectionRecords(handled);

const hadFailed = ({ facts }: Handle<Projection>): boolean => ((facts.attempts as number | undefined) ?? 1) > 1;
const isFiled = ({ facts }: Handle<Projection>): boolean => facts.deadLettered === true;

/** Of those that try an event several times and file it when it fails for good. */
export const handleWithRetryRecords: Records<Handle<Projection>> = [
  base.debug('event projected', { on: 'success', when: (call) => !hadFailed(call), attributes: handled }),
  base.warn('event projected after failed attempts', { on: 'success', when: hadFailed, attributes: tried }),
  base.fatal('event given up, it is in the dead-letter queue', { on: 'failure', when: isFiled, attributes: tried }),
  base.fatal('event given up, it is in no dead-letter queue', {
    on: 'failure',
    when: (call) => !isFiled(call),
    attributes: tried,
  }),
];

export const resetRecords: Records<CallOf<CheckpointTrackingProjection, 'reset'>> = [
  base.warn('projection reset', { on: 'success', attributes: ofProjection }),
];

export const updateRecords: Records<CallOf<ProjectionCheckpointManager, 'update'>> = [
  checkpoints.debug('checkpoint moved', { on: 'success', attributes: { ...ofProjection, ...ofEvent } }),
];
export const resetCheckpointRecords: Records<CallOf<ProjectionCheckpointManager, 'reset'>> = [
  checkpoints.info('checkpoint deleted', { on: 'success', attributes: ofProjection }),
];

/** What was filed is told by the projection that gave it up. */
export const sendToDlqRecords: Records<CallOf<ProjectionDLQManager, 'sendToDlq'>> = [
  deadLetters.fatal('event could not be put into the dead-letter queue', {
    on: 'failure',
    attributes: { ...ofProjection, ...ofEvent, [attr.ATTR_RETRY_COUNT]: ({ args }) => args[2] },
  }),
];
export const readDlqRecords: Records<CallOf<ProjectionDLQManager, 'getFailedEvents'>> = [
  deadLetters.error('dead-letter queue could not be read', { on: 'failure', attributes: ofProjection }),
];

type Registry<M extends keyof ProjectionRegistry> = CallOf<ProjectionRegistry, M>;

const named: Recipe<{ readonly args: readonly [Projection] }> = {
  [attr.ATTR_PROJECTION_NAME]: ({ args }) => args[0]?.projectionName,
};
const handler: Recipe<{ readonly args: readonly [unknown] }> = {
  [attr.ATTR_HANDLER_NAME]: ({ args }) => classNameOf(args[0]),
};

export const registerProjectionRecords: Records<Registry<'registerProjection'>> = [
  coordinator.info('projection registered', { on: 'success', attributes: named }),
];
export const registerHandlerRecords: Records<Registry<'registerHandler'>> = [
  coordinator.info('handler registered', { on: 'success', attributes: handler }),
];
export const unregisterProjectionRecords: Records<Registry<'unregisterProjection'>> = [
  coordinator.info('projection removed', { on: 'success', when: ({ result }) => result, attributes: named }),
];
export const unregisterHandlerRecords: Records<Registry<'unregisterHandler'>> = [
  coordinator.info('handler removed', { on: 'success', when: ({ result }) => result, attributes: handler }),
];
export const resetAllRecords: Records<Registry<'resetAll'>> = [
  coordinator.warn('all projections are about to be reset', {
    on: 'begin',
    attributes: { 'eventsource.projection.count': ({ self }) => self.projectionCount },
  }),
];

interface Outcomes {
  readonly result: readonly { readonly handler: object; readonly success: boolean; readonly error?: unknown }[];
}

/** The first failure among those that an event was handed to. */
export function firstFailure({ result }: Outcomes): Failure | undefined {
  return result.find(({ success }) => !success);
}

const failing: Recipe<Outcomes> = {
  'eventsource.handlers.failed': ({ result }) =>
    listed((result ?? []).filter(({ success }) => !success).map(({ handler }) => classNameOf(handler))) as string[],
};

export const dispatchRecords: Records<Registry<'dispatchInternal'>> = [
  coordinator.error('event failed in some projections, the others have it', {
    on: 'failure',
    attributes: { ...ofEvent, ...failing },
  }),
];

export const registerSubscriberRecords: Records<CallOf<SubscriberRegistry, 'register'>> = [
  coordinator.debug('subscriber registered', { on: 'success', attributes: handler }),
];
export const dispatchToSubscribersRecords: Records<CallOf<SubscriberRegistry, 'dispatch'>> = [
  coordinator.debug('event has no subscriber', {
    on: 'success',
    when: ({ result }) => result.length === 0,
    attributes: ofEvent,
  }),
  coordinator.error('event failed in some subscribers, the others have it', {
    on: 'failure',
    attributes: { ...ofEvent, ...failing },
  }),
];

type Coordinator<M extends keyof ProjectionCoordinator> = CallOf<ProjectionCoordinator, M>;

const all: Recipe<Coordinator<'rebuildAll'>> = { [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0]?.length };
const one: Recipe<Coordinator<'catchup'>> = { ...named, [attr.ATTR_EVENT_COUNT]: ({ args }) => args[1]?.length };

export const rebuildAllRecords: Records<Coordinator<'rebuildAll'>> = [
  coordinator.warn('rebuild of all projections begins', { on: 'begin', attributes: all }),
  coordinator.info('all projections rebuilt', { on: 'success', attributes: all }),
];
export const rebuildRecords: Records<Coordinator<'catchup'>> = [
  coordinator.warn('rebuild of a projection begins', { on: 'begin', attributes: one }),
  coordinator.info('projection rebuilt', { on: 'success', attributes: one }),
];
export const catchupRecords: Records<Coordinator<'catchup'>> = [
  coordinator.info('catch-up of a projection begins', { on: 'begin', attributes: one }),
];
