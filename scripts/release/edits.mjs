// What a version changes in files: those of the repository, and those in a tarball.
import { released } from './changelog.mjs';

/** The name under which the target is packed; `eventsource` is another package of the registry. A default of `moduleNames`. */
export const TARGET_NAME = 'eventsource-ts';

const json = (change) => (text) => `${JSON.stringify(change(JSON.parse(text)), null, 2)}\n`;

/** @returns what each file of the repository becomes, by its path */
export function editsOfRepository({ version, date }) {
  return {
    'package.json': json((manifest) => ({ ...manifest, version })),
    'package-lock.json': json((lock) => ({
      ...lock,
      version,
      packages: { ...lock.packages, '': { ...lock.packages[''], version } },
    })),
    'CHANGELOG.md': (text) => released(text, version, date),
    'src/version.ts': withVersion(version),
  };
}

/** @returns what each file of our tarball becomes. Its page has no files beside it, so its links are those of the repository. */
export function editsOfPackage({ version, date, page }) {
  const {
    'package.json': manifest,
    'CHANGELOG.md': changelog,
    'src/version.ts': source,
  } = editsOfRepository({ version, date });
  return {
    'package.json': manifest,
    'CHANGELOG.md': changelog,
    'src/version.ts': source,
    'dist/src/version.js': withVersion(version),
    'dist/src/version.d.ts': withVersion(version),
    'README.md': (text) => (page === undefined ? text : withAbsoluteLinks(text, `${page}/blob/v${version}/`)),
  };
}

/** @returns what each file of the target's tarball becomes: its free name, also in what its page shows */
export function editsOfTarget({ repository }) {
  return {
    'package.json': json((manifest) => ({
      ...manifest,
      name: TARGET_NAME,
      ...(repository === undefined ? {} : { repository: { ...repository, directory: 'fixtures/eventsource' } }),
    })),
    'README.md': (text) =>
      text.replace(/^# eventsource$/m, `# ${TARGET_NAME}`).replace(/(['`])eventsource(?=['/])/g, `$1${TARGET_NAME}`),
  };
}

/** @returns where the repository is to be looked at, of the field of package.json; `undefined` where there is none */
export function pageOf(repository) {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
}

function withVersion(version) {
  return (text) => text.replace(/(PACKAGE_VERSION = )(['"])[^'"]*\2/, `$1$2${version}$2`);
}

function withAbsoluteLinks(text, base) {
  return text.replace(/(\]\()(?![a-z]+:|#)([^)\s]+\))/g, `$1${base}$2`);
}
