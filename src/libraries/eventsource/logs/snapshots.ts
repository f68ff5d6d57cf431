// SPDX-License-Identifier: Apache-2.0
// What is logged of snapshot stores.
import type { SnapshotStore } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import type { Recipe } from '../../../weaving/aspect.js';
import { snapshotSavedRecords } from '../../logs/aggregates.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';

type Of<M extends keyof SnapshotStore> = CallOf<SnapshotStore, M>;

const aggregate: Recipe<{ readonly args: readonly [string, string, ...unknown[]] }> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
  [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1],
};

interface SnapshotRecords {
  readonly saved: Records<Of<'saveSnapshot'>>;
  readonly read: Records<Of<'getSnapshot'>>;
  readonly deleted: Records<Of<'deleteSnapshot'>>;
  readonly cleaned: Records<Of<'deleteSnapshotsByType'>>;
}

export function snapshotRecords(logger: string): SnapshotRecords {
  const at = loggerNamed(logger);
  return {
    saved: snapshotSavedRecords<Of<'saveSnapshot'>>(logger, {
      [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0].aggregateId,
      [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[0].aggregateType,
      [attr.ATTR_VERSION]: ({ args }) => args[0].version,
    }),
    read: [
      at.debug('snapshot read', {
        on: 'success',
        when: ({ result }) => result !== null,
        attributes: { ...aggregate, [attr.ATTR_VERSION]: ({ result }) => result?.version },
      }),
      at.debug('no snapshot stored', {
        on: 'success',
        when: ({ result }) => result === null,
        attributes: aggregate,
      }),
    ],
    deleted: [
      at.debug('snapshot deleted', { on: 'success', when: ({ result }) => result, attributes: aggregate }),
      at.debug('no snapshot to delete', { on: 'success', when: ({ result }) => !result, attributes: aggregate }),
    ],
    cleaned: [
      at.info('snapshots of a type deleted', {
        on: 'success',
        attributes: {
          [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[0],
          'eventsource.snapshot.count': ({ result }) => result,
          'eventsource.snapshot.schema_version_below': ({ args }) => args[1]?.schemaVersionBelow,
        },
      }),
    ],
  };
}

export const clearRecords: Records<unknown> = [
  loggerNamed('eventsource.snapshots.in_memory').debug('all snapshots deleted', { on: 'success' }),
];
