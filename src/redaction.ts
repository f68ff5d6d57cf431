// SPDX-License-Identifier: Apache-2.0
// What an application takes out of the texts of its exceptions before telemetry says them. Loads where the API is not installed.
import { type Complain, show } from './settings.js';
import { describeError, type ExceptionText, type Redact } from './weaving/failure.js';

const left = 'the message and the stack of exceptions are left out';

/**
 * The option `redactException`, made safe: where it throws, or gives nothing of use, the type of the exception is all that is said. The
 * same for an option that is no function: somebody wanted something to be left out.
 */
export function redactionOf(option: unknown, complain: Complain): Redact | undefined {
  if (option === undefined) return undefined;
  const typeOnly: Redact = ({ type }) => ({ type, message: '' });
  if (typeof option !== 'function') {
    complain(`option redactException: ${show(option)} is not usable; accepted: a function. So ${left}.`);
    return typeOnly;
  }
  let told = false;
  const complainOnce = (reason: string) => {
    if (!told) complain(`option redactException ${reason}. Where it does, ${left}.`);
    told = true;
  };
  return (exception) => {
    try {
      const given: unknown = option({ ...exception });
      const redacted = usable(given, exception.type);
      if (redacted !== undefined) return redacted;
      complainOnce(`gave ${typeof given} instead of { type, message, stacktrace }`);
      // A rejection that nobody handles ends the process.
      if (given instanceof Promise) given.catch(() => {});
    } catch (fault) {
      complainOnce(`threw ${describeError(fault).type}`);
    }
    return typeOnly(exception);
  };
}

function usable(given: unknown, type: string): ExceptionText | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { type: givenType, message, stacktrace } = given as Record<string, unknown>;
  if (typeof message !== 'string') return undefined;
  return {
    type: typeof givenType === 'string' && givenType !== '' ? givenType : type,
    message,
    ...(typeof stacktrace === 'string' ? { stacktrace } : {}),
  };
}

let inForce: Redact | undefined;

/** For spans of the application's own components, which ask no runtime of a library. */
export function useRedaction(redact: Redact | undefined): void {
  inForce = redact;
}

export function redactionInForce(): Redact | undefined {
  return inForce;
}
