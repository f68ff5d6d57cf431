// SPDX-License-Identifier: Apache-2.0
// How the tables write down their records. The text of a record is constant; what changes from call to call is in its attributes.
import type { Call } from '../../weaving/aspect.js';
import type { LogRecord, Severity } from '../../weaving/signals.js';

export type Records<C> = readonly LogRecord<C>[];

/** A call of this method. */
export type CallOf<T, M extends keyof T> = T[M] extends (...args: infer A) => infer R ? Call<T, A, Awaited<R>> : never;

type Rest<C> = Omit<LogRecord<C>, 'logger' | 'severity' | 'body'>;

/** The records of one logger: `at.debug('events appended', { on: 'success' })`. */
export function loggerNamed(logger: string) {
  const at =
    (severity: Severity) =>
    <C>(body: string, rest: Rest<NoInfer<C>>): LogRecord<C> => ({ logger, severity, body, ...rest });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), fatal: at('fatal') };
}

/** Of a list that may be long, as many as stand in one attribute. */
export function listed(names: readonly string[]): readonly string[] {
  return names.length <= LISTED ? names : [...names.slice(0, LISTED), '…'];
}
const LISTED = 50;
