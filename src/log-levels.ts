// SPDX-License-Identifier: Apache-2.0
// Levels of loggers by hierarchy: a level holds for the logger of that name and for all below it, a dot between the levels.
import { type Complain, type Environment, show, variable } from './settings.js';
import { type Severity, severities } from './weaving/signals.js';

/** The lowest severity of the records that are wanted; `off` for none. */
export type LogLevel = Severity | 'off';

/** By name of a logger; `default` for those that have none of their own and none above them. */
export type LogLevels = Readonly<Record<string, LogLevel>>;

const DEFAULT = 'default';
const levels: Readonly<Record<LogLevel, number>> = { ...severities, off: Number.POSITIVE_INFINITY };
const pythons: Readonly<Record<string, LogLevel>> = { warning: 'warn', critical: 'fatal' };
const accepted = `${Object.keys(levels).join(', ')}, each for all loggers or as logger=level`;

/** What the option says, on top of what the variable says, on top of `info`. */
export function resolveLevels(option: unknown, env: Environment, name: string, complain: Complain): LogLevels {
  return Object.freeze({
    [DEFAULT]: 'info',
    ...readLevels(name, variable(env, name), complain),
    ...readLevels('option logLevel', option, complain),
  });
}

type Pair = readonly [logger: string, level: unknown];

/** Text such as `info,eventsource.bus=debug`, or the same as an object. What cannot be used is left out, in one complaint. */
function readLevels(name: string, given: unknown, complain: Complain): LogLevels {
  if (given === undefined) return {};
  const pairs = typeof given === 'string' ? pairsOf(given) : entriesOf(given);
  const unusable = pairs?.filter((pair) => !isUsable(pair)) ?? [];
  if (pairs === undefined || unusable.length > 0) {
    const what = pairs === undefined ? show(given) : unusable.map((pair) => show(asWritten(pair))).join(', ');
    complain(`${name}: ${what} is not usable; accepted: ${accepted}. It is left out.`);
  }
  return Object.fromEntries(pairs?.filter(isUsable) ?? []);
}

function pairsOf(text: string): Pair[] {
  const pairs = text.split(',').map((part): Pair => {
    const [before = '', ...after] = part.split('=').map((word) => word.trim());
    return after.length === 0 ? [DEFAULT, levelFrom(before)] : [before, levelFrom(after.join('='))];
  });
  const isRepeated = (pair: Pair, index: number) => isUsable(pair) && !isFirst(pair, index, pairs);
  return pairs.map((pair, index) => (isRepeated(pair, index) ? [pair[0], `${pair[1]} again`] : pair));
}

function entriesOf(given: unknown): Pair[] | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  try {
    const pairs = Object.entries(given).filter(([, level]) => level !== undefined);
    return pairs.map(([logger, level]) => [logger, typeof level === 'string' ? levelFrom(level) : level]);
  } catch {
    return undefined;
  }
}

/** In whatever case, and as Python calls it, whose users come with their settings. What is no level stays as it was written. */
function levelFrom(text: string): string {
  const word = text.toLowerCase();
  const level = pythons[word] ?? word;
  return Object.hasOwn(levels, level) ? level : text;
}

function isFirst([name]: Pair, index: number, pairs: readonly Pair[]): boolean {
  return pairs.findIndex(([other]) => other === name) === index;
}

function isUsable(pair: Pair): pair is readonly [string, LogLevel] {
  return pair[0] !== '' && typeof pair[1] === 'string' && Object.hasOwn(levels, pair[1]);
}

function asWritten([logger, level]: Pair): string {
  const text = typeof level === 'string' ? level : show(level);
  return logger === DEFAULT ? text : `${logger}=${text}`;
}

/** The lowest severity number that is wanted of a logger. Each is looked up once, so that asking again allocates nothing. */
export function severityFrom(given: LogLevels): (logger: string) => number {
  const known = new Map<string, number>();
  return (logger) => {
    const number = known.get(logger);
    if (number !== undefined) return number;
    const level = levels[levelOf(given, logger)];
    known.set(logger, level);
    return level;
  };
}

function levelOf(given: LogLevels, logger: string): LogLevel {
  for (let name = logger; ; name = name.slice(0, name.lastIndexOf('.'))) {
    if (Object.hasOwn(given, name)) return given[name] as LogLevel;
    if (!name.includes('.')) return given[DEFAULT] ?? 'info';
  }
}

/** Whether a name stands in a hierarchy at or above another one. */
export function isAtOrAbove(name: string, logger: string): boolean {
  return logger === name || logger.startsWith(`${name}.`);
}

/**
 * Names with a level of their own that no logger is at or below.
 *
 * @param loggers those that are known
 * @param roots of hierarchies whose loggers are not known yet
 */
export function namesOfNoLogger(given: LogLevels, loggers: readonly string[], roots: readonly string[]): string[] {
  return Object.keys(given).filter((name) => {
    if (name === DEFAULT || loggers.some((logger) => isAtOrAbove(name, logger))) return false;
    return !roots.some((root) => isAtOrAbove(name, root) || isAtOrAbove(root, name));
  });
}
