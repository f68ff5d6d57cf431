// SPDX-License-Identifier: Apache-2.0
// The libraries: which were found, and why calls of them give no span.
import { counted, type Facts, type FindingKinds, listed, seenIf } from '../facts.js';
import type { Copy, SwitchFacts } from '../report.js';
import { handsOn } from './process.js';

const nothingFound = ({ report: { libraries, missed, namesakes } }: Facts) =>
  libraries.length === 0 && missed.length === 0 && namesakes.length === 0;

/** As far as it could: what failed may have failed before its imports, and the test runner runs nothing itself. */
const hasRun = ({ report: { end, process } }: Facts) => end.how !== 'uncaught error' && !handsOn(process);

/** By the libraries' own packages, since a bundle or another name has none of them. */
const foreign = (facts: Facts, isOther: (name: string | undefined) => boolean) =>
  facts.report.lookalikes.filter(
    ({ library, package: name }) =>
      isOther(name) && !facts.report.libraries.some((found) => found.library === library && found.methods > 0),
  );

const shown = ({ name, version, folder }: Copy) => `${name} ${version ?? 'without a version'} (${folder})`;

/** Families of what a projection makes for itself, and switches as it is switched itself. */
const MADE_BY_PROJECTIONS: readonly string[] = ['checkpoints', 'dead-letters'];

export const ofLibraries = {
  'library-not-loaded': {
    weight: 'problem',
    when: 'the application loads none of the libraries',
    remedy:
      'Is it the right entry point? Where the time was over before it had loaded all, give it more: `--for 60`. Under a name of its own a library must be named in ' +
      '`OTEL_INSTRUMENTATION_EVENTSOURCE_MODULE_NAMES`; one that is not in the list of supported ones needs a table.',
    find: (facts) =>
      seenIf(
        facts.hasApplication &&
          hasRun(facts) &&
          nothingFound(facts) &&
          facts.report.lookalikes.length === 0 &&
          unusedTables(facts).length === 0,
        `None of the libraries ${loadedBy(facts)}${facts.installed.length === 0 ? ', and none is installed' : `; installed: ${listed(facts.installed)}`}.`,
      ),
  },
  'table-not-used': {
    weight: 'hint',
    when: 'a table of the application is for packages of which none was loaded',
    remedy:
      'Write in its `packages` the name of the package as the application imports it; or name that in `OTEL_INSTRUMENTATION_EVENTSOURCE_MODULE_NAMES`. ' +
      'Where the time was over before it was loaded, give it more: `--for 60`.',
    find: (facts) =>
      unusedTables(facts).map(
        ({ library, names }) =>
          `The table ${library} is for ${listed(names)}; none of ${names.length === 1 ? 'that name' : 'those names'} ${loadedBy(facts)}.`,
      ),
  },
  'library-not-watched': {
    weight: 'problem',
    when: 'a library was loaded that the configuration does not have: it is switched off, or `MODULE_NAMES` leaves out its own name',
    remedy:
      'Name it in `OTEL_INSTRUMENTATION_EVENTSOURCE_MODULE_NAMES`, or take it out of `OTEL_INSTRUMENTATION_EVENTSOURCE_LIBRARIES` (in ' +
      'code `moduleNames`, `libraries`).',
    find: ({ report: { missed, instrumentation } }) =>
      instrumentation.on
        ? missed
            .filter(({ name }) => !instrumentation.watched.includes(name))
            .map((copy) => `${shown(copy)} was loaded; watched are ${listed(instrumentation.watched, 12)}.`)
        : [],
  },
  'library-under-another-name': {
    weight: 'problem',
    when: 'a package of another name has the classes of a library',
    remedy: 'Name it: `OTEL_INSTRUMENTATION_EVENTSOURCE_MODULE_NAMES=…`, or `moduleNames` in code.',
    find: (facts) => [
      ...new Map(
        foreign(facts, (name) => name !== undefined).map(({ package: name, library, names }) => [
          name,
          `The package ${name} has classes of ${library}: ${listed(names)}.`,
        ]),
      ).values(),
    ],
  },
  'name-not-found': {
    weight: 'problem',
    when: '`moduleNames` has a name that no loaded package has',
    remedy: 'Write the name of the package as the application imports it.',
    find: ({ report: { instrumentation, libraries, namesakes }, hasApplication }) => {
      if (!hasApplication) return [];
      const loaded = [...libraries.flatMap(({ packages }) => packages), ...namesakes].map(({ name }) => name);
      return instrumentation.named
        .filter(({ names }) => !names.some((name) => loaded.includes(name)))
        .map(({ library, names }) => `No package of the names for ${library} was loaded: ${listed(names)}.`);
    },
  },
  'another-package-of-the-name': {
    weight: 'problem',
    when: 'the package `eventsource` is the client for server-sent events of the npm registry, and the library is not there',
    remedy:
      'Install the event-sourcing library, [which is another package](../README.md), or name yours in ' +
      '`OTEL_INSTRUMENTATION_EVENTSOURCE_MODULE_NAMES`.',
    find: ({ report: { namesakes, libraries } }) =>
      libraries.length > 0 ? [] : namesakes.map((copy) => `${shown(copy)} is another package of that name.`),
  },
  'unsupported-version': {
    weight: 'problem',
    when: 'the library has a version that the tables are not for',
    remedy: 'Install a version of the range; the README has them all.',
    find: ({ report: { libraries } }) =>
      libraries.flatMap(({ unsupported }) => (unsupported === undefined ? [] : [`${unsupported}.`])),
  },
  'other-shape': {
    weight: 'hint',
    when: 'a class has the name and not the methods that the tables know, or an export cannot be replaced',
    remedy:
      'Is it the library, and a version that is supported? In a table of your own, write the name of the method as the class has it, or ' +
      '`optional: true` on its row where only some versions have it. Exports that cannot be replaced (a frozen object, a bundle) are woven ' +
      'by `woven(await import(…))`.',
    find: ({ report: { libraries } }) =>
      libraries.flatMap(({ library, otherShapes, refused }) => [
        ...seenIf(otherShapes.length > 0, `Of another shape than those of ${library}: ${listed(otherShapes)}.`),
        ...seenIf(refused.length > 0, `Exports of ${library} that cannot be replaced: ${listed(refused)}.`),
      ]),
  },
  'traced-by-another': {
    weight: 'hint',
    when: 'a package is loaded that traces the library itself: ours leaves it alone',
    remedy: 'Its spans are those to look for. To have ours, do not load it.',
    find: ({ report: { libraries } }) =>
      libraries.flatMap(({ library, yielded }) =>
        yielded === undefined ? [] : [`${library} is left alone: ${yielded}.`],
      ),
  },
  bundled: {
    weight: 'problem',
    when: 'the library is inside a bundle, so that no module of it is loaded',
    remedy:
      'Leave the library and `@opentelemetry/*` out of the bundle (`external`), or call ' +
      "`weave(await import('eventsource'))` at its start, for each sub-path in use.",
    find: (facts) => {
      if (!nothingFound(facts)) return [];
      return foreign(facts, (name) => name === undefined).map(
        ({ file, library, names }) =>
          `${file} has ${library} in it (${listed(names)}), which was not loaded as a module.`,
      );
    },
  },
  'own-classes': {
    weight: 'hint',
    when: 'the application has classes of its own in place of those of the library',
    remedy: 'Derive them from the abstract classes of the library, or trace them with `TracingMixin`.',
    find: (facts) => {
      if (nothingFound(facts) || facts.report.spans.ours > 0) return [];
      return facts.report.lookalikes
        .filter(({ package: name }) => name === undefined)
        .map(({ file, names }) => `${file} has classes with the methods of ${listed(names)}.`);
    },
  },
  'no-calls': {
    weight: 'hint',
    when: 'all is in place, and nothing of the library was called',
    remedy: 'Let the application work while the doctor looks: `--for 60` gives it a minute.',
    find: ({ report: { libraries, spans, switches, sdk } }) =>
      seenIf(
        libraries.some(({ methods }) => methods > 0) &&
          spans.ours === 0 &&
          switches.length === 0 &&
          sdk.provider !== undefined,
        'No woven method was called.',
      ),
  },
  'no-work': {
    weight: 'hint',
    when: 'calls that run no work give no span: an empty append or publish, a save without changes, a dispatch without handlers',
    remedy: 'Let the application do something that has an effect.',
    find: ({ report: { spans, switches, sdk } }) => {
      const called = switches.filter(({ mode, offObjects }) => mode !== 'off' && offObjects.length === 0);
      const calls = called.reduce((sum, each) => sum + each.calls, 0);
      return seenIf(
        calls > 0 && spans.ours === 0 && sdk.provider !== undefined && sdk.sampled !== 0 && sdk.processors.length > 0,
        `${counted(calls, 'call')} of ${listed(called.map(({ family }) => family))} gave no span.`,
      );
    },
  },
  'projections-off': {
    weight: 'hint',
    when: 'projections handle events; they are off by default',
    remedy:
      '`OTEL_INSTRUMENTATION_EVENTSOURCE_FAMILIES=projections=on`, or `enableTracing: true` on the object, which goes for what it makes for ' +
      'itself, too.',
    find: ({ report: { switches } }) =>
      offObjects(
        switches,
        ({ family, library }) => family === 'projections' || isOfProjections(switches, library, family),
      ),
  },
  'objects-off': {
    weight: 'hint',
    when: 'objects say `enableTracing: false`',
    remedy:
      'Take it away, or overrule it for the family that is named: `OTEL_INSTRUMENTATION_EVENTSOURCE_FAMILIES=…`. What another object makes for ' +
      'itself has it from there: `enableTracing: true` on that one.',
    find: ({ report: { switches } }) =>
      offObjects(
        switches,
        ({ family, library }) => family !== 'projections' && !isOfProjections(switches, library, family),
      ),
  },
  'family-off': {
    weight: 'hint',
    when: 'a family is `off` whose methods were called',
    remedy:
      'Take it out of `OTEL_INSTRUMENTATION_EVENTSOURCE_FAMILIES` or `…_LIBRARIES` (in code `families`, `libraries`).',
    find: ({ report: { switches, libraries } }) =>
      switches
        .filter(({ library, mode }) => mode === 'off' && !isYielded(libraries, library))
        .map(
          ({ library, family, calls }) =>
            `The family ${family} of ${library} is off; it was called ${calls === 1 ? 'once' : `${calls} times`}.`,
        ),
  },
  'row-failed': {
    weight: 'problem',
    when: 'a row of the tables failed and was switched off',
    remedy: 'For a table of your own, mend it; for ours, tell us, please.',
    find: ({ report: { failedRows } }) => failedRows.map((row) => `Switched off: ${row}.`),
  },
} as const satisfies FindingKinds;

function offObjects(switches: readonly SwitchFacts[], isMeant: (seen: SwitchFacts) => boolean): string[] {
  return switches
    .filter((seen) => isMeant(seen) && seen.offObjects.length > 0)
    .map(
      ({ family, library, offObjects }) =>
        `Of the family ${family} of ${library}, off for themselves: ${listed(offObjects)}; ${family}=on overrules it.`,
    );
}

/** Whether it may be what an object of the family projections, which is off, has made for itself. */
function isOfProjections(switches: readonly SwitchFacts[], key: string, family: string): boolean {
  return (
    MADE_BY_PROJECTIONS.includes(family) &&
    switches.some(({ library, family: other, offObjects }) => {
      return library === key && other === 'projections' && offObjects.length > 0;
    })
  );
}

/** Tables whose library is nowhere. What `moduleNames` names has a finding of its own. */
function unusedTables(facts: Facts): Facts['report']['instrumentation']['tables'] {
  const { instrumentation, libraries, missed, namesakes } = facts.report;
  if (!facts.hasApplication || !hasRun(facts) || !instrumentation.on) return [];
  const loaded = [...libraries.flatMap(({ packages }) => packages), ...missed, ...namesakes].map(({ name }) => name);
  const known = [...libraries, ...instrumentation.named].map(({ library }) => library);
  return instrumentation.tables.filter(
    ({ library, names }) => !known.includes(library) && !names.some((name) => loaded.includes(name)),
  );
}

/** Where the doctor has ended it, that may have been too early. */
function loadedBy({ report: { end } }: Facts): string {
  const seconds = Number((end.millis / 1000).toFixed(1));
  return end.how === 'limit' ? `had been loaded after ${seconds} s, when the time was over` : 'was loaded';
}

function isYielded(libraries: Facts['report']['libraries'], key: string): boolean {
  return libraries.some(({ library, yielded }) => library === key && yielded !== undefined);
}
