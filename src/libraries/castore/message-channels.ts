// SPDX-License-Identifier: Apache-2.0
// Message channels. Queues and buses are derived from them, and construct one.
import type {
  AggregateExistsMessageChannel,
  NotificationMessageChannel,
  StateCarryingMessageChannel,
} from '@castore/core';
import { SpanKind } from '@opentelemetry/api';
import * as attr from '../../conventions/attributes.js';
import { SPAN_PUBLISH } from '../../conventions/spans.js';
import { type Aspect, type Call, type Recipe, type Row, rows } from '../../weaving/aspect.js';
import { listed, sharedBy } from '../listed.js';
import { publishRecords } from '../logs/handling.js';

type Channel = NotificationMessageChannel | StateCarryingMessageChannel | AggregateExistsMessageChannel;

/** Of an event, or that an aggregate exists. */
interface Message {
  readonly eventStoreId?: string;
  readonly aggregateId?: string;
  readonly event?: { readonly aggregateId?: string; readonly type?: string };
}

type Publish = Call<Channel, readonly unknown[], unknown>;

/** Adapters of the library that hand messages to another process, by the beginning of their names. */
const LEAVES = /^(?:SQS|SNS|EventBridge)/;

function kindOf({ self }: Publish): SpanKind {
  const adapter: object | undefined = self?.messageChannelAdapter;
  return LEAVES.test(adapter?.constructor?.name ?? '') ? SpanKind.PRODUCER : SpanKind.INTERNAL;
}

function messagesIn(given: unknown): readonly (Message | undefined)[] {
  return Array.isArray(given) ? given : [given as Message];
}

const messagesOf = ({ args }: Publish) => messagesIn(args[0]);

const count: Recipe<Publish> = { [attr.ATTR_EVENT_COUNT]: (call) => messagesOf(call).length };

const publish: Row<Publish> = {
  span: SPAN_PUBLISH,
  kind: kindOf,
  apart: true,
  logs: publishRecords('eventsource.bus', count),
  attributes: {
    ...count,
    [attr.ATTR_EVENT_TYPE]: (call) => listed(messagesOf(call), (message) => message?.event?.type),
    [attr.ATTR_AGGREGATE_ID]: (call) =>
      sharedBy(messagesOf(call), (message) => message?.event?.aggregateId ?? message?.aggregateId),
    [attr.ATTR_AGGREGATE_TYPE]: (call) => sharedBy(messagesOf(call), (message) => message?.eventStoreId),
  },
};

const none: Row<Publish> = { ...publish, when: (call) => messagesOf(call).length > 0 };

const fields = rows<NotificationMessageChannel>({ publishMessage: publish, publishMessages: none });

export const messageChannels: readonly Aspect[] = (
  ['NotificationMessageChannel', 'StateCarryingMessageChannel', 'AggregateExistsMessageChannel'] as const
).map((target) => ({ target, family: 'buses', fields }));
