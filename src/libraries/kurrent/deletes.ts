// SPDX-License-Identifier: Apache-2.0
// Streams that are deleted, or buried for good.
import type { DeleteResult, DeleteStreamOptions, KurrentDBClient } from '@kurrent/kurrentdb-client';
import * as attr from '../../conventions/attributes.js';
import type { Call, Row, Rows } from '../../weaving/aspect.js';
import { ATTR_CONFLICT } from '../attributes.js';
import { named, toServer } from './names.js';
import { actualVersion, expectedVersion, isConflict } from './versions.js';

type Delete = Call<KurrentDBClient, readonly [stream: string, options?: DeleteStreamOptions], DeleteResult>;

function deleting(operation: string): Row<Delete> {
  return {
    ...toServer,
    span: named(operation),
    optional: true,
    attributes: {
      [attr.ATTR_STREAM_ID]: ({ args: [stream] }) => stream,
      [attr.ATTR_EXPECTED_VERSION]: ({ args }) => expectedVersion(args[1]),
    },
    result: { [attr.ATTR_POSITION]: ({ result }) => result?.position?.commit },
    failure: {
      [ATTR_CONFLICT]: ({ error }) => (isConflict(error) ? true : undefined),
      [attr.ATTR_VERSION]: ({ error }) => actualVersion(error),
    },
  };
}

export const deletes = {
  deleteStream: deleting('delete_stream') as Row,
  tombstoneStream: deleting('tombstone_stream') as Row,
} as const satisfies Rows;
