// SPDX-License-Identifier: Apache-2.0
// What is logged of aggregates and their snapshots, of whatever library.
import * as attr from '../../conventions/attributes.js';
import type { Extracted, Recipe } from '../../weaving/aspect.js';
import { loggerNamed, type Records } from './record.js';

const repository = loggerNamed('eventsource.aggregates.repository');

interface Load<C> {
  /** Which aggregate or stream it is. */
  readonly aggregate: Recipe<C>;
  readonly version?: ((call: C) => Extracted) | undefined;
  /** Events that were replayed. */
  readonly count: (call: C) => Extracted;
  /** Version of the snapshot that the load began with, if it did. */
  readonly usedSnapshot?: ((call: C) => Extracted) | undefined;
}

export function loadRecords<C>({ aggregate, version, count, usedSnapshot }: Load<C>): Records<C> {
  return [
    repository.debug('aggregate loaded', {
      on: 'success',
      attributes: {
        ...aggregate,
        ...(version === undefined ? {} : { [attr.ATTR_VERSION]: version }),
        'events.replayed': count,
        ...(usedSnapshot === undefined ? {} : { 'snapshot.version': usedSnapshot }),
      },
    }),
  ];
}

/** @param attributes which aggregate it is, and its version */
export function snapshotSavedRecords<C>(logger: string, attributes: Recipe<C>): Records<C> {
  return [loggerNamed(logger).debug('snapshot stored', { on: 'success', attributes })];
}
