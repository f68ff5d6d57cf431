// SPDX-License-Identifier: Apache-2.0
// What is logged of commands, queries and events that are handled, of whatever library. A failure is told by the innermost call that
// has a record of it: a command above another says nothing of what that has said.

import { ATTR_RETRY_COUNT } from '../../conventions/attributes.js';
import type { Extracted, Recipe } from '../../weaving/aspect.js';
import { ATTR_CONFLICT_COUNT, ATTR_QUERY_TYPE } from '../attributes.js';
import { loggerNamed, type Records } from './record.js';

const commands = loggerNamed('eventsource.commands');
const queries = loggerNamed('eventsource.queries');

/** @param attributes which command it is */
export function commandRecords<C>(attributes: Recipe<C>): Records<C> {
  return [
    commands.debug('command handled', { on: 'success', attributes }),
    commands.error('command failed', { on: 'failure', attributes }),
  ];
}

interface Retried<C> {
  readonly attributes: Recipe<C>;
  /** Tries after the first one. */
  readonly retries: (call: C) => number | undefined;
  /** Races that were lost. */
  readonly conflicts: (call: C) => number | undefined;
}

/** Of a command that its library tries again. */
export function retriedCommandRecords<C>({ attributes, retries, conflicts }: Retried<C>): Records<C> {
  const tried = { ...attributes, [ATTR_RETRY_COUNT]: retries, [ATTR_CONFLICT_COUNT]: conflicts };
  const wasRetried = (call: C) => (retries(call) ?? 0) > 0;
  return [
    commands.debug('command handled', { on: 'success', when: (call) => !wasRetried(call), attributes }),
    commands.warn('command handled after failed attempts', { on: 'success', when: wasRetried, attributes: tried }),
    commands.error('command failed', { on: 'failure', attributes: tried }),
  ];
}

export function queryRecords<C>(type: (call: C) => Extracted): Records<C> {
  const attributes = { [ATTR_QUERY_TYPE]: type };
  return [
    queries.debug('query handled', { on: 'success', attributes }),
    queries.error('query failed', { on: 'failure', attributes }),
  ];
}

/** Of the call that runs one handler of an event. */
export function handlerRecords<C>(logger: string, attributes: Recipe<C>): Records<C> {
  const at = loggerNamed(logger);
  return [
    at.debug('handler has handled an event', { on: 'success', attributes }),
    at.error('handler failed', { on: 'failure', attributes }),
  ];
}

/** Of a publish by which events may leave the process. */
export function publishRecords<C>(logger: string, attributes: Recipe<C>): Records<C> {
  const at = loggerNamed(logger);
  return [
    at.debug('events published', { on: 'success', attributes }),
    at.error('events could not be published', { on: 'failure', attributes }),
  ];
}

/** Of projections that keep no checkpoint. */
export function projectionRecords<C>(attributes: Recipe<C>): Records<C> {
  const projections = loggerNamed('eventsource.projections');
  return [
    projections.debug('event projected', { on: 'success', attributes }),
    projections.error('projection failed on an event', { on: 'failure', attributes }),
  ];
}
