// SPDX-License-Identifier: Apache-2.0
// Options as somebody gave them → the same as plain data, read once: what they were made of is neither changed nor kept nor looked at
// again. What cannot be read is complained of as any other value that cannot be used.
import { type EventSourceInstrumentationConfig, options as known } from './options.js';
import { isPlain, partOf, readable, unreadable } from './readable.js';
import { reasonOf } from './reasons.js';
import { type Complain, show } from './settings.js';

/** Options that are functions. */
const hooks = ['redactException', 'spanStartHook', 'spanEndHook'] as const satisfies readonly (keyof typeof known)[];

/** A copy of all that can be read. Never throws. */
export function readableOptions(given: unknown, complain: Complain): EventSourceInstrumentationConfig {
  try {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return unusable(given, complain);
    return readableParts(given, complain);
  } catch (error) {
    return unusable(unreadable(error), complain);
  }
}

function readableParts(given: object, complain: Complain): EventSourceInstrumentationConfig {
  const { names, fault } = namesIn(given);
  const all = [...new Set([...Object.keys(known), ...names])];
  const parts = all.map((name) => [name, partOf(given, name)] as const).filter(([, part]) => part !== undefined);
  if (fault !== undefined) {
    // One that can be read in no way at all has one complaint, not one for each option.
    if (parts.length === all.length && parts.every(([, part]) => typeof part === 'symbol')) {
      return unusable(unreadable(fault.error), complain);
    }
    const reason = reasonOf(fault.error);
    complain(`options: their names cannot be listed (${reason}); those that exist hold, and no other is told.`);
  } else if (parts.length === 0 && !isPlain(given)) return unusable(given, complain);
  return Object.fromEntries(parts.map(([name, part]) => [name, isKept(name, part) ? part : readable(part)]));
}

/** Functions where an option is one; and tables, which are copied by those who check them. */
function isKept(name: string, part: unknown): boolean {
  return name === 'tables' || (typeof part === 'function' && hooks.some((hook) => hook === name));
}

function unusable(given: unknown, complain: Complain): EventSourceInstrumentationConfig {
  complain(`options: ${show(given)} is not usable; accepted: an object. Using the defaults.`);
  return {};
}

function namesIn(given: object): { readonly names: readonly string[]; readonly fault?: { readonly error: unknown } } {
  try {
    return { names: Object.keys(given) };
  } catch (error) {
    return { names: [], fault: { error } };
  }
}
