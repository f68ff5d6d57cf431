// SPDX-License-Identifier: Apache-2.0
// The classes of events by the names of their types: no spans, only records.
import type { EventRegistry } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, rows } from '../../weaving/aspect.js';
import { loggerNamed } from '../logs/record.js';
import { none } from './unspanned.js';

const at = loggerNamed('eventsource.events.registry');

export const eventRegistry = [
  {
    target: 'EventRegistry',
    family: 'stores',
    shape: ['register', 'unregister', 'getOrNone', 'clear'],
    methods: rows<EventRegistry>({
      register: {
        logs: [
          at.debug('event class registered', {
            on: 'success',
            attributes: { [attr.ATTR_EVENT_TYPE]: ({ args, result }) => args[1] ?? result?.name },
          }),
        ],
      },
      unregister: {
        logs: [
          at.debug('event type removed', {
            on: 'success',
            when: ({ result }) => result,
            attributes: { [attr.ATTR_EVENT_TYPE]: ({ args }) => args[0] },
          }),
        ],
      },
      clear: { logs: [at.debug('all event types removed', { on: 'success' })] },
    }),
    unspanned: {
      ...none('bookkeeping in memory', 'register', 'unregister', 'get', 'getOrNone', 'contains', 'listTypes'),
      ...none('bookkeeping in memory', 'listClasses', 'clear', '[Symbol.iterator]'),
    },
  },
] as const satisfies readonly Aspect[];
