// SPDX-License-Identifier: Apache-2.0
// Guide, "Repositories", CheckpointRepository. A position belongs to a subscription, a checkpoint to a projection.
import type { CheckpointRepository, InMemoryCheckpointRepository } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Recipe, rows } from '../../weaving/aspect.js';
import { inMemory, overBackEnds, postgresql, sqlite, storedRows } from './back-ends.js';
import { savedRecords } from './logs/checkpoints.js';

type Named = Recipe<{ readonly args: readonly [string, ...unknown[]] }>;
const ofProjection: Named = { [attr.ATTR_PROJECTION_NAME]: ({ args }) => args[0] };
const ofSubscription: Named = { [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0] };

export const checkpoints = overBackEnds({
  name: 'CheckpointRepository',
  family: 'checkpoints',
  backEnds: [
    {
      ...inMemory,
      extra: rows<InMemoryCheckpointRepository>({ clear: { span: 'eventsource.checkpoint.clear' } }),
    },
    sqlite,
    postgresql,
  ],
  rows: storedRows<CheckpointRepository>({
    getCheckpoint: { span: 'eventsource.checkpoint.get_checkpoint', does: 'read', attributes: ofProjection },
    updateCheckpoint: {
      span: 'eventsource.checkpoint.update_checkpoint',
      does: 'upsert',
      attributes: { ...ofProjection, [attr.ATTR_EVENT_TYPE]: ({ args }) => args[2] },
    },
    getPosition: { span: 'eventsource.checkpoint.get_position', does: 'read', attributes: ofSubscription },
    savePosition: {
      span: 'eventsource.checkpoint.save_position',
      does: 'upsert',
      attributes: {
        ...ofSubscription,
        [attr.ATTR_POSITION]: ({ args }) => args[1],
        [attr.ATTR_EVENT_TYPE]: ({ args }) => args[3],
      },
      logs: savedRecords,
    },
    resetCheckpoint: { span: 'eventsource.checkpoint.reset_checkpoint', does: 'delete', attributes: ofProjection },
    getAllCheckpoints: { span: 'eventsource.checkpoint.get_all_checkpoints', does: 'read' },
    getLagMetrics: { span: 'eventsource.checkpoint.get_lag_metrics', does: 'read', attributes: ofProjection },
  }),
});
