// SPDX-License-Identifier: Apache-2.0
// What is measured of projections.
import type { DomainEvent } from 'eventsource';
import type { Projection } from 'eventsource/projections';
import type { Call } from '../../../weaving/aspect.js';
import type { Measurement } from '../../../weaving/signals.js';
import { projected } from '../../metrics/handling.js';

type Handle = Call<Projection, readonly [DomainEvent, ...unknown[]]>;

export const handled: readonly Measurement<Handle>[] = projected<Handle>({
  name: ({ self }) => self.projectionName,
  type: ({ args }) => args[0]?.eventType,
});
