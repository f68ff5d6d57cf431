// SPDX-License-Identifier: Apache-2.0
// The tables of the test library `two-buses`, which shares nothing but the name of a class with the target: a library beside it.
import { SpanKind } from '@opentelemetry/api';
import type { EventBus, Journal, Ledger } from 'two-buses';
import type { LibraryEntry } from '../src/libraries/index.js';
import type { Library } from '../src/libraries/library.js';
import { rows } from '../src/weaving/aspect.js';

const appended = { kind: 'counter', name: 'two_buses.entries', unit: '{entry}' } as const;
const duration = { kind: 'histogram', name: 'two_buses.append.duration', unit: 's' } as const;

export const twoBuses = {
  key: 'two-buses',
  packages: [{ name: 'two-buses', versions: '^1.0.0' }],
  yieldsTo: ['two-buses-traced'],
  scope: 'tests/two-buses',
  families: { buses: 'auto', ledgers: 'auto' },
  aspects: [
    {
      target: 'EventBus',
      family: 'buses',
      methods: rows<EventBus>({
        publish: { span: 'two_buses.publish', kind: SpanKind.PRODUCER, attributes: { bus: ({ self }) => self.name } },
      }),
    },
    {
      target: 'Ledger',
      family: 'ledgers',
      methods: rows<Ledger>({
        append: {
          span: 'two_buses.append',
          result: { entries: ({ result }) => result },
          metrics: [
            { instrument: appended, value: ({ args }) => args[0].length, on: 'success' },
            { instrument: duration },
          ],
          logs: [
            { logger: 'two_buses.ledger', severity: 'info', body: 'appended', on: 'success' },
            { logger: 'two_buses.ledger', severity: 'error', body: 'not appended', on: 'failure' },
          ],
        },
        read: { span: 'two_buses.read', gives: 'iterator' },
      }),
    },
    {
      target: 'Journal',
      family: 'ledgers',
      shape: ['write'],
      subclasses: rows<Journal>({ write: { span: 'two_buses.write' } }),
    },
  ],
} as const satisfies Library;

export const twoBusesEntry: LibraryEntry = {
  key: twoBuses.key,
  packages: ['two-buses'],
  yieldsTo: twoBuses.yieldsTo,
  families: Object.keys(twoBuses.families),
  loggers: 'two_buses',
  load: () => twoBuses,
};
