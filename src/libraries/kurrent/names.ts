// SPDX-License-Identifier: Apache-2.0
// What all spans of calls to the server have: the client is the driver.
import { SpanKind } from '@opentelemetry/api';
import * as attr from '../../conventions/attributes.js';

export const toServer = { kind: SpanKind.CLIENT, sampling: { [attr.ATTR_DB_SYSTEM]: 'kurrentdb' } } as const;

export function named(operation: string): string {
  return `kurrentdb_event_store.${operation}`;
}
