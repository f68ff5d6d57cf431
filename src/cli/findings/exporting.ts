// SPDX-License-Identifier: Apache-2.0
// What becomes of spans that an exporter was given.
import { type AddressFault, addressFaults } from '../../sdk/addresses.js';
import { type Facts, type FindingKinds, seenIf } from '../facts.js';
import type { ExporterFacts, Failure } from '../report.js';

const DOUBLED = /\/v1\/(?:traces|metrics|logs)\/?$/;
const PATHLESS = /^https?:\/\/[^/]+\/?$/;
/** Something that speaks another protocol answered, or hung up. */
const OTHER_PROTOCOL = /^HPE_|ERR_HTTP2|EPROTO|ECONNRESET/;
/** As gRPC tells it, without a code. */
const OTHER_PROTOCOL_SAID = /Parse Error|Protocol error|wrong version number|ECONNRESET/;

type Failed = ExporterFacts & { readonly failure: Failure };

function failed({ report }: Facts, isMeant: (failure: Failure) => boolean): string[] {
  return report.exporters
    .filter((exporter): exporter is Failed => exporter.failure !== undefined && isMeant(exporter.failure))
    .map(({ name, endpoint, failure }) => `${name} to ${endpoint ?? 'its endpoint'}: ${failure.message}.`);
}

const isMissing = ({ status }: Failure) => status === 404 || status === 405;
const isDenied = ({ status }: Failure) => status === 401 || status === 403 || status === 407;
const isBusy = ({ status = 0 }: Failure) => status === 429 || status >= 500;
/** The preload gives a request up at the end of the process. */
const isSilent = ({ status, code, message }: Failure) =>
  status === undefined && code === undefined && /given up|timed? ?out/i.test(message);
const isOtherProtocol = ({ code = '', message }: Failure) =>
  OTHER_PROTOCOL.test(code) || OTHER_PROTOCOL_SAID.test(message);
const isNoAddress = ({ code = '' }: Failure) => /^ERR_INVALID_(?:PROTOCOL|URL)$/.test(code);

export const ofExporting = {
  'endpoint-address': {
    weight: 'problem',
    when: 'the endpoint is no address: `http://` is missing, or there are quotes around it',
    remedy:
      'Begin it with `http://` or `https://`: `OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318`. In a file for `docker --env-file` and in ' +
      'YAML lists such as `- "NAME=value"`, quotes around the value alone are part of it.',
    find: (facts) => {
      const faults = faultsOf(facts).map(({ sentence }) => sentence);
      return faults.length > 0 ? faults : failed(facts, isNoAddress);
    },
  },
  'endpoint-unreachable': {
    weight: 'problem',
    when: 'nobody listens at the endpoint, or its name is not known',
    remedy:
      'Start a receiver there, or name another in `OTEL_EXPORTER_OTLP_ENDPOINT`. Inside a container `localhost` is the container itself. ' +
      'Metrics and log records are sent as well, unless `OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none` says otherwise.',
    find: (facts) => [
      ...failed(
        facts,
        (failure) =>
          failure.status === undefined &&
          !isOtherProtocol(failure) &&
          !isSilent(failure) &&
          !isNoAddress(failure) &&
          // Then it was sent where nobody has said.
          faultsOf(facts).length === 0,
      ),
      // Of metrics or log records, whose exporters are not looked at.
      ...(facts.report.exporters.some(({ failure }) => failure !== undefined) || faultsOf(facts).length > 0
        ? []
        : facts.said
            .filter((line) => /telemetry could not be sent/.test(line))
            .map((line) => `Of metrics or log records: ${line}`)),
      ...seenIf(
        facts.report.testSpan.unreachable !== undefined && faultsOf(facts).length === 0,
        `${facts.report.testSpan.unreachable}.`,
      ),
    ],
  },
  'endpoint-path': {
    weight: 'problem',
    when: 'the endpoint has the wrong path: the SDK adds `/v1/traces` to `OTEL_EXPORTER_OTLP_ENDPOINT`, and nothing to that of one signal',
    remedy:
      '`OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318`, without a path; or ' +
      '`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://localhost:4318/v1/traces`, with it.',
    find: (facts) => {
      const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = facts.report.variables.set;
      return [
        ...failed(facts, isMissing),
        ...seenIf(DOUBLED.test(all ?? ''), `OTEL_EXPORTER_OTLP_ENDPOINT ends with a path that the SDK adds: ${all}.`),
        ...seenIf(
          PATHLESS.test(own ?? '') && !isGrpc(facts),
          `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT has no path: ${own}.`,
        ),
      ];
    },
  },
  'endpoint-denies': {
    weight: 'problem',
    when: 'the endpoint does not accept the credentials',
    remedy:
      'Check `OTEL_EXPORTER_OTLP_HEADERS`: `key=value`, several separated by commas, `,` and `;` as `%2C` and `%3B`.',
    find: (facts) => failed(facts, isDenied),
  },
  'endpoint-unavailable': {
    weight: 'problem',
    when: 'the endpoint answers that it cannot take anything now',
    remedy: 'Look at the receiver; what it refuses for longer than ten seconds is lost.',
    find: (facts) => failed(facts, isBusy),
  },
  'endpoint-refuses': {
    weight: 'problem',
    when: 'the endpoint answers that it does not take this',
    remedy:
      'Is it an OTLP receiver, and does it take this protocol? `OTEL_EXPORTER_OTLP_PROTOCOL` is `http/protobuf`, `http/json` or `grpc`.',
    find: (facts) =>
      failed(
        facts,
        (failure) => failure.status !== undefined && !isMissing(failure) && !isDenied(failure) && !isBusy(failure),
      ),
  },
  'endpoint-protocol': {
    weight: 'problem',
    when: 'the endpoint speaks another protocol or hangs up: gRPC at a port for HTTP, `https://` at a port for `http://`, or the other way round',
    remedy:
      'Port 4317 is for `OTEL_EXPORTER_OTLP_PROTOCOL=grpc`, port 4318 for `http/protobuf` and `http/json`. `https://` in the endpoint is for a ' +
      'port with TLS alone, `http://` for one without: `wrong version number` says that there is none.',
    find: (facts) => failed(facts, (failure) => failure.status === undefined && isOtherProtocol(failure)),
  },
  'endpoint-page': {
    weight: 'hint',
    when: 'the endpoint takes the test span and answers with a web page, as no receiver of OTLP does',
    remedy:
      'Is it the port of the receiver, and not that of its user interface or of another web server? Port 4318 is the usual one for HTTP.',
    find: ({ report: { exporters } }) =>
      exporters
        .filter(({ failure, page }) => failure === undefined && page)
        .map(({ name, endpoint }) => `${name} to ${endpoint ?? 'its endpoint'}: the answer is a web page (text/html).`),
  },
  'endpoint-silent': {
    weight: 'problem',
    when: 'the endpoint takes the connection and does not answer',
    remedy: 'Is it a receiver of this protocol? A proxy or a firewall in between may swallow it.',
    find: (facts) => {
      const { testSpan, exporters } = facts.report;
      return [
        ...failed(facts, isSilent),
        ...seenIf(
          testSpan.state === 'no answer' &&
            testSpan.unreachable === undefined &&
            exporters.every(({ failure }) => failure === undefined),
          `The test span was not answered${exporters[0]?.endpoint === undefined ? '' : ` by ${exporters[0].endpoint}`}.`,
        ),
      ];
    },
  },
} as const satisfies FindingKinds;

/** By the values that are shown, which lack credentials alone. */
function faultsOf({ report: { variables, sdk } }: Facts): readonly AddressFault[] {
  if (sdk.provider === undefined) return [];
  return addressFaults(Object.fromEntries(Object.entries(variables.set).map(([name, value]) => [name, value ?? '…'])));
}

function isGrpc({ report: { variables } }: Facts): boolean {
  const { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: own, OTEL_EXPORTER_OTLP_PROTOCOL: all } = variables.set;
  return (own ?? all) === 'grpc';
}
