// SPDX-License-Identifier: Apache-2.0
// Old and new semantic conventions (docs/decisions.md#old-conventions-by-default): OTEL_SEMCONV_STABILITY_OPT_IN with
// `database` or `messaging` gives the new ones, with `database/dup` or `messaging/dup` both.
import type { AttributeValue } from '@opentelemetry/api';
import type * as standard from '@opentelemetry/semantic-conventions';
import type { AttributeForm } from '../weaving/runtime-settings.js';
import * as names from './attributes.js';

export const optIns = ['database', 'database/dup', 'messaging', 'messaging/dup'] as const;

/** What may be asked for. */
export type SemconvOptIn = (typeof optIns)[number];

export type Stability = 'old' | 'new' | 'dup';
export interface ConventionsInForce {
  readonly database: Stability;
  readonly messaging: Stability;
}

// The compiler compares these with the package; loading it would cost an application more than all the rest of ours.
const DB_SYSTEM_NAME: typeof standard.ATTR_DB_SYSTEM_NAME = 'db.system.name';
const DB_NAMESPACE: typeof standard.ATTR_DB_NAMESPACE = 'db.namespace';
const DB_OPERATION_NAME: typeof standard.ATTR_DB_OPERATION_NAME = 'db.operation.name';
const ERROR_TYPE: typeof standard.ATTR_ERROR_TYPE = 'error.type';

// Messaging is not stable yet: instrumentations copy its names instead of importing them (semantic-conventions README).
const DESTINATION_NAME = 'messaging.destination.name';
const OPERATION_TYPE = 'messaging.operation.type';
const OPERATION_NAME = 'messaging.operation.name';
const MESSAGE_ID = 'messaging.message.id';
const PARTITION_ID = 'messaging.destination.partition.id';
const ROUTING_KEY = 'messaging.rabbitmq.destination.routing_key';

const operationTypes: Readonly<Record<string, string>> = { publish: 'send', receive: 'process' };
const operationNames: Readonly<Record<string, string>> = { publish: 'publish', receive: 'consume' };

const newDatabaseForms = {
  [names.ATTR_DB_SYSTEM]: [{ key: DB_SYSTEM_NAME }],
  [names.ATTR_DB_NAME]: [{ key: DB_NAMESPACE }],
  [names.ATTR_DB_OPERATION]: [{ key: DB_OPERATION_NAME }],
} as const satisfies Record<string, readonly AttributeForm[]>;

const newMessagingForms = {
  [names.ATTR_MESSAGING_SYSTEM]: [{ key: names.ATTR_MESSAGING_SYSTEM }],
  [names.ATTR_MESSAGING_DESTINATION]: [{ key: DESTINATION_NAME }],
  'messaging.destination_kind': [],
  [names.ATTR_MESSAGING_OPERATION]: [
    { key: OPERATION_TYPE, value: translated(operationTypes) },
    { key: OPERATION_NAME, value: translated(operationNames) },
  ],
  'messaging.message_id': [{ key: MESSAGE_ID }],
  'messaging.kafka.partition': [{ key: PARTITION_ID, value: String }],
  'messaging.rabbitmq.routing_key': [{ key: ROUTING_KEY }],
} as const satisfies Record<string, readonly AttributeForm[]>;

/** Reads the opt-in as all of OpenTelemetry's instrumentations do: names separated by commas, those of others among them. */
export function optInOf(text: string | undefined): readonly SemconvOptIn[] {
  const names = (text ?? '').split(',').map((name) => name.trim());
  return optIns.filter((optIn) => names.includes(optIn));
}

/** With both, `…/dup` holds. */
export function conventionsInForce(names: readonly SemconvOptIn[]): ConventionsInForce {
  const read = (namespace: 'database' | 'messaging'): Stability => {
    if (names.includes(`${namespace}/dup`)) return 'dup';
    return names.includes(namespace) ? 'new' : 'old';
  };
  return { database: read('database'), messaging: read('messaging') };
}

/** Attribute key of the tables → how it is written under the conventions in force. */
export function attributeForms({ database, messaging }: ConventionsInForce): (key: string) => readonly AttributeForm[] {
  const renamed = new Map<string, readonly AttributeForm[]>([
    ...(database === 'old' ? [] : Object.entries(withOld(database, newDatabaseForms))),
    ...(messaging === 'old' ? [] : Object.entries(withOld(messaging, newMessagingForms))),
  ]);
  return (key) => renamed.get(key) ?? [{ key }];
}

/** Keys that get the class name of a failure: our own, and the standard one where new conventions hold. */
export function errorKeys({ database, messaging }: ConventionsInForce): readonly string[] {
  return database === 'old' && messaging === 'old' ? [names.ATTR_ERROR_TYPE] : [names.ATTR_ERROR_TYPE, ERROR_TYPE];
}

function withOld(stability: Stability, forms: Record<string, readonly AttributeForm[]>) {
  if (stability === 'new') return forms;
  return Object.fromEntries(
    Object.entries(forms).map(([key, renamed]) => [key, [{ key }, ...renamed.filter((form) => form.key !== key)]]),
  );
}

function translated(table: Readonly<Record<string, string>>) {
  return (value: AttributeValue): AttributeValue => table[String(value)] ?? value;
}
