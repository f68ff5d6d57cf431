// SPDX-License-Identifier: Apache-2.0
// What the SDK finds wrong when it starts. It tells `diag`, to which nobody can listen yet in an application that makes no SDK.
import type { Server } from 'node:net';
import type { diag as Diag, DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import { isDiagHeard } from '../warn.js';
import { addressFaults } from './addresses.js';
import { skippedIn } from './environment.js';
import { reasonOf, say } from './say.js';

/** Values of variables that it does not know. It warns of `none` as well, which is meant. */
const UNKNOWN =
  /unsupported|unrecognized|unknown|invalid|unavailable|out of range|unable to|could not|not a valid|failed to|ignored/i;
/** How a detector tells that it drops a whole variable: to those who debug alone. */
const DROPPED = /^EnvDetector failed/;
/** Of an endpoint, for which there is a better sentence where it is nearly an address. */
const UNPARSED = /^Configuration: Could not parse \S+ export URL/;
const DEBUG: DiagLogLevel.DEBUG = 70;

/**
 * Says in one line what an SDK does not understand while `start` starts it, and later in one that its scrape port is taken.
 *
 * @param require that of the SDK
 */
export function sayingWhatIsUnknown(require: NodeJS.Require, start: () => void): void {
  const faults = addressFaults(process.env);
  const heard = new Set([...skippedIn(process.env), ...faults.map(({ sentence }) => sentence)]);
  const forget =
    isDiagHeard() || process.env.OTEL_LOG_LEVEL
      ? undefined
      : hear(require, (message) => {
          if (faults.length === 0 || !UNPARSED.test(message)) heard.add(message);
        });
  const unwatch = watchServers();
  try {
    start();
  } finally {
    unwatch();
    forget?.();
  }
  if (heard.size > 0) say(`the SDK does not understand its configuration: ${[...heard].join(' ')}`);
}

/** Listens for the time of the start only: an application that sets its own listener later would be told that it overrides one. */
function hear(require: NodeJS.Require, complain: (message: string) => void): () => void {
  const { diag }: { diag: typeof Diag } = require('@opentelemetry/api');
  const hear = (what: RegExp) => (message: string) => {
    if (what.test(message)) complain(message);
  };
  const [unknown, ignore] = [hear(UNKNOWN), () => {}];
  const logger: DiagLogger = { error: unknown, warn: unknown, info: ignore, debug: hear(DROPPED), verbose: ignore };
  diag.setLogger(logger, { suppressOverrideMessage: true, logLevel: DEBUG });
  return () => diag.disable();
}

/**
 * The only server that the start of an SDK opens is the one that is scraped. An import of `net` would be seen by the hooks of
 * others, who would begin to trace its connections then.
 */
function watchServers(): () => void {
  const { prototype } = process.getBuiltinModule('node:net').Server;
  const { listen } = prototype;
  const watched = function (this: Server, ...args: unknown[]) {
    this.once('error', (error) =>
      say(`metrics cannot be scraped: ${reasonOf(error)} (OTEL_EXPORTER_PROMETHEUS_PORT sets another port)`),
    );
    return Reflect.apply(listen, this, args);
  } as typeof listen;
  prototype.listen = watched;
  return () => {
    if (prototype.listen === watched) prototype.listen = listen;
  };
}
