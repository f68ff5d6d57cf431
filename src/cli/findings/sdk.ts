// SPDX-License-Identifier: Apache-2.0
// The SDK: whether there is one, and what it does with spans.
import { asksForSdk } from '../../sdk/environment.js';
import { type Facts, type FindingKinds, hasFailedAtOnce, listed, seenIf } from '../facts.js';

const variables = ({ report }: Facts) => report.variables.set;
const isDisabled = (facts: Facts) => variables(facts).OTEL_SDK_DISABLED?.toLowerCase() === 'true';
const isRefused = ({ said }: Facts) => said.some(isAboutSdk);
const isAskedFor = (facts: Facts) => asksForSdk(namesSet(facts), { sdk: ownSwitch(facts) });
const hasProvider = ({ report }: Facts) => report.sdk.provider !== undefined;
const exportsNothing = (facts: Facts) => variables(facts).OTEL_TRACES_EXPORTER === 'none';

export const ofSdk = {
  'sdk-disabled': {
    weight: 'problem',
    when: '`OTEL_SDK_DISABLED=true`, or `OTEL_INSTRUMENTATION_EVENTSOURCE_SDK=false`, and the application makes no SDK',
    remedy: 'Take the variable away.',
    find: (facts) => [
      ...seenIf(!hasProvider(facts) && isDisabled(facts), 'OTEL_SDK_DISABLED is true.'),
      ...seenIf(
        !hasProvider(facts) && ownSwitch(facts) === false,
        'OTEL_INSTRUMENTATION_EVENTSOURCE_SDK is false, and the application has registered no provider.',
      ),
    ],
  },
  'no-provider': {
    weight: 'problem',
    when: 'nobody has made an SDK: no variable asks for one, and the application has none',
    remedy:
      'Name where spans go: `OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318`, or `OTEL_TRACES_EXPORTER=console OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none` ' +
      'to see them here. ' +
      '`OTEL_SERVICE_NAME` or `OTEL_CONFIG_FILE` alone ask for none; `OTEL_INSTRUMENTATION_EVENTSOURCE_SDK=true` does.',
    find: (facts) => {
      const { report } = facts;
      const explained =
        hasFailedAtOnce(report) ||
        isDisabled(facts) ||
        ownSwitch(facts) === false ||
        isRefused(facts) ||
        isAskedFor(facts);
      return seenIf(
        !hasProvider(facts) && !explained && report.sdk.api !== undefined,
        `No tracer provider is registered, and none of the variables that are set asks for one (${listed(Object.keys(variables(facts)), 8) || 'none is set'}).`,
      );
    },
  },
  'sdk-not-started': {
    weight: 'problem',
    when: 'the environment asks for an SDK that is not installed or does not start',
    remedy:
      'Do what the line says. Each SDK takes some versions of the API only: where it names one, install both with the one command.',
    find: (facts) => [...facts.said.filter(isAboutSdk).map((line) => `The preload said: ${line}`)],
  },
  'api-copies': {
    weight: 'hint',
    when:
      'several copies of `@opentelemetry/api`: the provider was registered with an older one than the application has, so that spans ' +
      'which the application makes itself go nowhere; ours arrive',
    remedy: 'Have one: `npm ls @opentelemetry/api`, then the same version for all, or `npm dedupe`.',
    find: ({ report: { sdk, copies } }) => {
      const apis = copies.filter(({ name }) => name === '@opentelemetry/api');
      const where = apis.map(({ version, folder }) => `${version} (${folder})`);
      return seenIf(
        sdk.unreadable,
        `A provider is registered with version ${sdk.registry} of the API, which newer ones do not read: ${listed(where)}.`,
      );
    },
  },
  'no-context-manager': {
    weight: 'problem',
    when: 'a provider without a context manager: each span is a trace of its own',
    remedy:
      '`provider.register()` of a `NodeTracerProvider`, or `context.setGlobalContextManager(new ' +
      'AsyncLocalStorageContextManager().enable())`, of `@opentelemetry/context-async-hooks`.',
    find: (facts) =>
      seenIf(
        hasProvider(facts) && !facts.report.sdk.keepsContext,
        facts.report.sdk.contextManager === undefined
          ? 'No context manager is registered.'
          : `The context manager ${facts.report.sdk.contextManager} does not keep a context.`,
      ),
  },
  'no-propagator': {
    weight: 'problem',
    when: 'no propagator: traces end at the broker',
    remedy:
      'Take `OTEL_PROPAGATORS=none` away; in code, `propagation.setGlobalPropagator(new W3CTraceContextPropagator())`.',
    find: (facts) =>
      seenIf(
        hasProvider(facts) && Object.keys(facts.report.sdk.carrier).length === 0,
        `Nothing is injected into a message${facts.report.sdk.propagator === undefined ? ': no propagator is registered' : ` by ${facts.report.sdk.propagator}`}.`,
      ),
  },
  'sampler-drops-all': {
    weight: 'problem',
    when: 'the sampler drops all traces: `always_off`, a ratio of 0',
    remedy: '`OTEL_TRACES_SAMPLER=parentbased_always_on`, or a higher `OTEL_TRACES_SAMPLER_ARG`.',
    find: ({ report: { sdk } }) =>
      seenIf(sdk.sampled === 0, `${sdk.sampler} keeps none of 200 traces that were tried.`),
  },
  'no-exporter': {
    weight: 'problem',
    when: 'the provider has no span processor, so spans go nowhere; with `OTEL_TRACES_EXPORTER=none`, too',
    remedy:
      'Give it one: `spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())]`, or name an exporter in the environment.',
    find: (facts) => [
      ...seenIf(
        hasProvider(facts) && facts.report.sdk.processors.length === 0,
        `${facts.report.sdk.provider} has no span processor.`,
      ),
      ...seenIf(!hasProvider(facts) && exportsNothing(facts), 'OTEL_TRACES_EXPORTER is none.'),
    ],
  },
} as const satisfies FindingKinds;

/** What stands in the way of an SDK, as the preload says it. */
export function isAboutSdk(line: string): boolean {
  return /the environment asks for an SDK, which|the SDK did not start|the SDK cannot be registered/.test(line);
}

/** Values that are not shown count as well. */
function namesSet(facts: Facts): Record<string, string> {
  return Object.fromEntries(Object.entries(variables(facts)).map(([name, value]) => [name, value ?? '…']));
}

function ownSwitch(facts: Facts): boolean | undefined {
  const value = variables(facts).OTEL_INSTRUMENTATION_EVENTSOURCE_SDK?.toLowerCase();
  return value === 'true' ? true : value === 'false' ? false : undefined;
}
