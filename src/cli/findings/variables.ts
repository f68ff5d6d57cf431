// SPDX-License-Identifier: Apache-2.0
// The environment: what is misspelt, what nobody knows, what comes too late.
import { type FindingKinds, listed } from '../facts.js';
import { accepted } from '../variables.js';
import { isAboutSdk } from './sdk.js';

const isMisspelt = (line: string) =>
  /there is no such (?:variable|option)|is no variable of OpenTelemetry; \w+ is\./.test(line);
const isUnusable = (line: string) =>
  /is not usable; accepted|is the key of no library|is no (?:family|option) of|is the name of no logger/.test(line);
const UNKNOWN_TO_SDK = 'the SDK does not understand its configuration:';
const isUnknownToSdk = (line: string) => line.startsWith(UNKNOWN_TO_SDK);
/** `endpoint-address` says those sentences. */
const ofAddress = /\bOTEL_EXPORTER_\w+_ENDPOINT (?:has quotes|does not begin with http)[^;]*; write \S+\.(?: |$)/g;

export const ofVariables = {
  'variable-misspelt': {
    weight: 'problem',
    when: 'a variable or an option is misspelt',
    remedy: 'Write it as the nearest one that there is.',
    find: ({ said, report: { variables } }) => [
      ...said.filter(isMisspelt),
      // Where there is no preload, nobody has said it.
      ...variables.misspelt,
    ],
  },
  'value-not-usable': {
    weight: 'problem',
    when: 'a variable or an option has a value that cannot be used, such as an exporter that does not exist',
    remedy: 'Take one of the values that are accepted. A value that is not known counts as none.',
    find: ({ said, report: { variables } }) => [
      ...said
        .filter((line) => isUnusable(line) || isUnknownToSdk(line))
        .map((line) => line.replace(ofAddress, '').trim())
        .filter((line) => line !== UNKNOWN_TO_SDK),
      ...Object.entries(accepted).flatMap(([name, values]: [string, readonly string[]]) => {
        const given = (variables.set[name] ?? '').split(',').map((value) => value.trim());
        const unknown = given.filter((value) => value !== '' && !values.includes(value));
        return unknown.length === 0 ? [] : [`${name} is ${listed(unknown)}; accepted: ${values.join(', ')}.`];
      }),
    ],
  },
  'variables-too-late': {
    weight: 'problem',
    when: 'the application sets variables itself (dotenv), after the preload and the SDK have read them',
    remedy: 'Have Node.js read the file: `node --env-file=.env --import …/register app.js`.',
    find: ({ report: { variables } }) =>
      variables.late.length === 0 ? [] : [`Set by the application, when it was too late: ${listed(variables.late)}.`],
  },
  'config-file-not-read': {
    weight: 'problem',
    when: '`OTEL_CONFIG_FILE` names a file, and the SDK is the one that the preload starts, which goes by the other variables',
    remedy:
      'Say the same in variables; or have the SDK read the file, in a module that is preloaded after ours: ' +
      "`import { startNodeSDK } from '@opentelemetry/sdk-node'; startNodeSDK();`.",
    find: ({ report: { instrumentation, variables } }) =>
      instrumentation.sdk
        ? ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE']
            .filter((name) => name in variables.set)
            .map((name) => `${name} is set; the SDK of the preload does not read the file.`)
        : [],
  },
  complaint: {
    weight: 'problem',
    when: 'the instrumentation said something else on stderr or through `diag`',
    remedy: 'Do what it says.',
    find: ({ said }) => said.filter((line) => !isKnown(line)),
  },
} as const satisfies FindingKinds;

/** What other findings are made of, or what they say better. */
function isKnown(line: string): boolean {
  return (
    [isMisspelt, isUnusable, isUnknownToSdk, isAboutSdk].some((is) => is(line)) ||
    /nothing is instrumented|are not traced|is not traced|nothing of it is traced|was imported before the instrumentation|telemetry could not be sent|lost, unsent when the process ended/.test(
      line,
    )
  );
}
