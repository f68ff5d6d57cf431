// SPDX-License-Identifier: Apache-2.0
// What is logged of checkpoints, whoever has them saved.
import type { CheckpointRepository } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';

export const savedRecords: Records<CallOf<CheckpointRepository, 'savePosition'>> = [
  loggerNamed('eventsource.repositories.checkpoint').debug('position saved', {
    on: 'success',
    attributes: {
      [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0],
      [attr.ATTR_POSITION]: ({ args }) => args[1],
    },
  }),
];
