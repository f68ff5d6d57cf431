// What must be in the tarballs of a release, and what must not.
import { TARGET_NAME } from './edits.mjs';

const STRAY =
  /(?:^|\/)(?:test|testkit|bench|scripts|fixtures|node_modules|\.[^/]+)(?:\/|$)|\.(?:tgz|tsbuildinfo|env|log)$/;

/** @returns a sentence for whatever is wrong with our tarball */
export function wrongInPackage(tarball, { version, page }) {
  const manifest = JSON.parse(tarball.read('package.json'));
  const required = [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'SECURITY.md',
    'register',
    'hook.mjs',
    'dist/register.js',
    'dist/register.cjs',
  ];
  return [
    ...wrongInAny(tarball, manifest, { name: 'opentelemetry-instrumentation-eventsource', version, required }),
    ...(tarball.read('CHANGELOG.md').includes(`## [${version}] - `) ? [] : [`CHANGELOG.md has nothing of ${version}`]),
    ...(tarball.read('dist/src/version.js').includes(`'${version}'`)
      ? []
      : [`dist/src/version.js is not of ${version}`]),
    ...deadLinks(tarball, page),
  ];
}

/** @returns a sentence for whatever is wrong with the tarball of the target */
export function wrongInTarget(tarball, { version }) {
  const manifest = JSON.parse(tarball.read('package.json'));
  const telemetry = tarball.paths.filter((path) => /opentelemetry|telemetry/i.test(path));
  const old = /from 'eventsource['/]/.test(tarball.read('README.md'));
  return [
    ...wrongInAny(tarball, manifest, {
      name: TARGET_NAME,
      version,
      required: ['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts'],
    }),
    ...telemetry.map((path) => `telemetry in the target: ${path}`),
    ...(old ? ['README.md imports from eventsource'] : []),
  ];
}

function wrongInAny({ paths }, manifest, { name, version, required }) {
  const dependencies = Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies });
  return [
    ...(manifest.name === name ? [] : [`its name is ${manifest.name}, not ${name}`]),
    ...(manifest.version === version ? [] : [`its version is ${manifest.version}, not ${version}`]),
    ...(manifest.private === true ? ['it is private'] : []),
    ...required.filter((path) => !paths.includes(path)).map((path) => `missing: ${path}`),
    ...paths.filter((path) => STRAY.test(path)).map((path) => `should not be in it: ${path}`),
    ...dependencies
      .filter(([, range]) => /^(?:file|link|workspace|git)/.test(range))
      .map(([of]) => `${of} comes from a folder`),
  ];
}

/** Links of a README to files, which are nowhere on the page of a registry. Without a repository only those into the package live. */
function deadLinks({ paths, read }, page) {
  const links = [...read('README.md').matchAll(/\]\((?![a-z]+:|#)([^)\s#]+)/g)].map(([, link]) => link);
  if (page !== undefined) return links.map((link) => `README.md has a link that is not absolute: ${link}`);
  const isThere = (link) => paths.some((path) => path === link || path.startsWith(`${link}/`));
  return [...new Set(links)]
    .filter((link) => !isThere(link) && !IN_REPOSITORY.test(link))
    .map((link) => `README.md leads nowhere: ${link}`);
}

/** What the README shows of the repository, to those who have it. */
const IN_REPOSITORY = /^(?:fixtures\/|CONTRIBUTING\.md$|compose\.yaml$)/;
