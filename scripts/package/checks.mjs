// What a tarball must be, in one place: the checks and their bounds.
import { publintOf, wrongTypesOf } from './judges.mjs';

/** @param limits by the names of the measures @returns a sentence for each measure that is beyond its limit */
function beyond(measured, limits) {
  return Object.entries(limits)
    .filter(([name, limit]) => !(measured[name] <= limit))
    .map(([name, limit]) => `${name}: ${measured[name]} is more than ${limit}`);
}

/** @returns the findings of all checks of a tarball, by the name of the check */
export async function findingsOf({ file, paths, size, unpackedSize }, { limits, types }) {
  return {
    'publint, strict': await publintOf(file),
    'are the types wrong?': await wrongTypesOf(file, types),
    'no larger than it may be': beyond(
      { files: paths.length, 'bytes packed': size, 'bytes unpacked': unpackedSize },
      limits,
    ),
  };
}

/** Each package of this repository with what its types are for, and the size that it must not outgrow unnoticed. */
export const packages = [
  {
    folder: '.',
    // `moduleResolution: node10` knows no exports: it gets the package itself and none of its sub-paths. Loaders are ES modules.
    types: { resolutions: ['node10'], entryPoints: ['./hook.mjs'] },
    limits: { files: 1350, 'bytes packed': 880_000, 'bytes unpacked': 3_700_000 },
  },
  {
    folder: 'fixtures/eventsource',
    // ES modules alone, as Node.js requires them since 20.19 and 22.12, and TypeScript with `module: nodenext`.
    types: { resolutions: ['node10', 'node16-cjs'] },
    limits: { files: 700, 'bytes packed': 350_000, 'bytes unpacked': 1_400_000 },
  },
];

/** Files that the preload may load where nobody wants telemetry: its own, and the API. */
const startUpLimits = { 'files at start': 165 };

/** What nobody pays for who does not use it: tables of libraries, the SDK, packages other than the API and the swap of a method. */
const LATER =
  /\/src\/(?:libraries\/[^/]+\/(?!families\.js)|sdk\/start\.js)|\/node_modules\/(?!@opentelemetry\/api\/|shimmer\/)/;

/** @param files that were loaded at start @returns a sentence for each finding */
export function startUpFindings(files) {
  return [
    ...beyond({ 'files at start': files.length }, startUpLimits),
    ...files.filter((file) => LATER.test(file)).map((file) => `loaded at start: ${file}`),
  ];
}
