// SPDX-License-Identifier: Apache-2.0
// What is logged of the bus within one process, besides what every bus has.
import type { InMemoryEventBus } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import type { Recipe } from '../../../weaving/aspect.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';

export const LOGGER = 'eventsource.bus.memory';
const at = loggerNamed(LOGGER);

type Of<M extends keyof InMemoryEventBus> = CallOf<InMemoryEventBus, M>;

/** Only a publish in the background can be told to end. */
export const publishAllRecords: Records<Of<'publishAll'>> = [
  at.debug('events are published in the background', {
    on: 'begin',
    when: ({ args }) => args[1] !== undefined,
    attributes: { [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0].length },
  }),
];

const underWay: Recipe<Of<'shutdown'>> = {
  'eventsource.background.count': ({ self }) => self.getBackgroundTaskCount(),
};
export const shutdownRecords: Records<Of<'shutdown'>> = [
  at.info('shutdown begins', { on: 'begin', attributes: underWay }),
  at.info('shutdown is over', { on: 'success', when: ({ self }) => self.getBackgroundTaskCount() === 0 }),
  at.warn('shutdown is over, some publishes in the background are not', {
    on: 'success',
    when: ({ self }) => self.getBackgroundTaskCount() > 0,
    attributes: underWay,
  }),
  at.error('shutdown failed', { on: 'failure' }),
];
