// SPDX-License-Identifier: Apache-2.0
// Guide, "Repositories", CheckpointRepository. A position belongs to a subscription, a checkpoint to a projection.
import type { CheckpointRepository, InMemoryCheckpointRepository } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, type Recipe, type Rows, rows } from '../../weaving/aspect.js';
import { type Database, databaseSampling, overBackends, statement } from './databases.js';

type Named = Recipe<{ readonly args: readonly [string, ...unknown[]] }>;
const ofProjection: Named = { [attr.ATTR_PROJECTION_NAME]: ({ args }) => args[0] };
const ofSubscription: Named = { [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0] };

function checkpointRows(database: Database): Rows {
  const sampling = databaseSampling(database);
  return rows<CheckpointRepository>({
    getCheckpoint: {
      span: 'eventsource.checkpoint.get_checkpoint',
      sampling,
      attributes: { ...ofProjection, ...statement(database, 'SELECT') },
    },
    updateCheckpoint: {
      span: 'eventsource.checkpoint.update_checkpoint',
      sampling,
      attributes: {
        ...ofProjection,
        [attr.ATTR_EVENT_TYPE]: ({ args }) => args[2],
        ...statement(database, 'INSERT'),
      },
    },
    getPosition: {
      span: 'eventsource.checkpoint.get_position',
      sampling,
      attributes: { ...ofSubscription, ...statement(database, 'SELECT') },
    },
    savePosition: {
      span: 'eventsource.checkpoint.save_position',
      sampling,
      attributes: {
        ...ofSubscription,
        [attr.ATTR_POSITION]: ({ args }) => args[1],
        [attr.ATTR_EVENT_TYPE]: ({ args }) => args[3],
        ...statement(database, 'INSERT'),
      },
    },
    resetCheckpoint: {
      span: 'eventsource.checkpoint.reset_checkpoint',
      sampling,
      attributes: { ...ofProjection, ...statement(database, 'DELETE') },
    },
    getAllCheckpoints: {
      span: 'eventsource.checkpoint.get_all_checkpoints',
      sampling,
      attributes: statement(database, 'SELECT'),
    },
    getLagMetrics: {
      span: 'eventsource.checkpoint.get_lag_metrics',
      sampling,
      attributes: { ...ofProjection, ...statement(database, 'SELECT') },
    },
  });
}

export const checkpoints: readonly Aspect[] = overBackends(
  'CheckpointRepository',
  'checkpoints',
  checkpointRows,
  rows<InMemoryCheckpointRepository>({ clear: { span: 'eventsource.checkpoint.clear' } }),
);
