// SPDX-License-Identifier: Apache-2.0
// Endpoints in the environment that are nearly addresses. The SDK takes `localhost:` for a scheme, and in place of what it cannot
// parse it sends to its default, which the user has never written.
import { type Environment, variable } from '../settings.js';
import { endpointVariablesOf, exportersOf, protocolOf, SIGNALS } from './environment.js';
import { shownAddress } from './say.js';

const ADDRESS = /^https?:\/\/[^\s"'`]+$/i;
const QUOTES = /^["'`]|["'`]$/g;

export interface AddressFault {
  readonly variable: string;
  /** What is wrong, and what to write. */
  readonly sentence: string;
}

/** What is wrong with the endpoints in force of signals that are exported. What cannot be guessed is left to the SDK to complain of. */
export function addressFaults(env: Environment): AddressFault[] {
  const faults = SIGNALS.flatMap((signal) => {
    const exporters = exportersOf(env, signal);
    const name = endpointVariablesOf(signal).find((each) => variable(env, each) !== undefined);
    // What gRPC takes has no scheme.
    const scheme = protocolOf(env, signal) === 'grpc' ? '' : 'http://';
    return [
      ...(exporters.includes('otlp') && name !== undefined ? faultOf(env, name, scheme) : []),
      ...(exporters.includes('zipkin') ? faultOf(env, 'OTEL_EXPORTER_ZIPKIN_ENDPOINT', 'http://') : []),
    ];
  });
  return [...new Map(faults.map((fault) => [fault.variable, fault])).values()];
}

function faultOf(env: Environment, name: string, scheme: string): AddressFault[] {
  const given = variable(env, name);
  if (given === undefined) return [];
  const bare = given.replace(QUOTES, '');
  const isQuoted = bare !== given;
  if (!isQuoted && (scheme === '' || ADDRESS.test(given))) return [];
  const meant = /^https?:\/\//i.test(bare) ? bare : `${scheme}${bare.replace(/^[a-z]*:?\/\//i, '')}`;
  if (!ADDRESS.test(meant.startsWith('http') ? meant : `http://${meant}`) || !URL.canParse(meant)) return [];
  const fault = isQuoted
    ? 'has quotes around it, which count as part of it'
    : 'does not begin with http:// or https://';
  return [{ variable: name, sentence: `${name} ${fault}; write ${shownAddress(meant)}.` }];
}
