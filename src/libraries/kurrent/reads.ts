// SPDX-License-Identifier: Apache-2.0
// Reads: what is given is iterated, or a readable stream, by the version of the client.
import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import * as attr from '../../conventions/attributes.js';
import { type Facts, type Recipe, rows, type Streamed } from '../../weaving/aspect.js';
import { reading } from './metrics.js';
import { named, toServer } from './names.js';
import { asResolved, positionOf, revisionOf } from './resolved-events.js';
import { asVersion } from './versions.js';

type Reading = Recipe<{ readonly facts: Facts }>;

const lastOf = ({ facts }: { readonly facts: Facts }) => asResolved((facts as Streamed).last);

const counted: Reading = { [attr.ATTR_EVENT_COUNT]: ({ facts }) => (facts as Streamed).items ?? 0 };

export const reads = rows<KurrentDBClient>({
  readStream: {
    ...toServer,
    span: named('read_stream'),
    gives: 'stream',
    metrics: reading,
    attributes: {
      [attr.ATTR_STREAM_ID]: ({ args: [stream] }) => stream,
      [attr.ATTR_FROM_VERSION]: ({ args }) => asVersion(args[1]?.fromRevision),
    },
    result: { ...counted, [attr.ATTR_VERSION]: (call) => revisionOf(lastOf(call)) },
  },
  readAll: {
    ...toServer,
    span: named('read_all'),
    gives: 'stream',
    metrics: reading,
    attributes: {
      [attr.ATTR_FROM_POSITION]: ({ args: [options] }) =>
        asVersion((Object(options?.fromPosition) as { readonly commit?: unknown }).commit),
    },
    result: { ...counted, [attr.ATTR_POSITION]: (call) => positionOf(lastOf(call)) },
  },
});
