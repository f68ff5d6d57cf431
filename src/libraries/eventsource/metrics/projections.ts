// SPDX-License-Identifier: Apache-2.0
// What is measured of projections.
import type { DomainEvent } from 'eventsource';
import type { Projection } from 'eventsource/projections';
import * as attr from '../../../conventions/attributes.js';
import type { Call } from '../../../weaving/aspect.js';
import type { Instrument, Measurement } from '../../../weaving/signals.js';
import { ofFailure, secondsOfCalls } from '../../metrics/shared.js';

const handlingTime = {
  kind: 'histogram',
  name: 'eventsource.projection.duration',
  unit: 's',
  description: 'Time for handling one event, with all its attempts and its checkpoint',
  question: 'Which projections are slow or fail, and on which events?',
  buckets: secondsOfCalls,
} as const satisfies Instrument;

export const handled: readonly Measurement<Call<Projection, readonly [DomainEvent, ...unknown[]]>>[] = [
  {
    instrument: handlingTime,
    attributes: {
      [attr.ATTR_PROJECTION_NAME]: ({ self }) => self.projectionName,
      [attr.ATTR_EVENT_TYPE]: ({ args }) => args[0]?.eventType,
      ...ofFailure,
    },
  },
];
