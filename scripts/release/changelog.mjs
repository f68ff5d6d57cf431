// CHANGELOG.md, as Keep a Changelog has it: what is not released becomes a version.
const UNRELEASED = /^## \[Unreleased\]\n([\s\S]*?)(?=^## \[|$(?![\s\S]))/m;

/** @returns what stands under “Unreleased”; empty where nothing does */
export function unreleasedOf(changelog) {
  return UNRELEASED.exec(changelog)?.[1].trim() ?? '';
}

/**
 * The version that the unreleased changes make of the current one: until 1.0 fixes alone are a patch and all else is a minor
 * version; from then on what was removed or changed is a major one. The current version itself, where it was never released.
 */
export function nextVersion(current, changelog) {
  if (!changelog.includes(`## [${current}]`)) return current;
  const [major, minor, patch] = current.split('.').map(Number);
  const kinds = [...unreleasedOf(changelog).matchAll(/^### (\w+)/gm)].map(([, kind]) => kind);
  if (kinds.every((kind) => ['Fixed', 'Security'].includes(kind))) return `${major}.${minor}.${patch + 1}`;
  if (major > 0 && kinds.some((kind) => ['Removed', 'Changed'].includes(kind))) return `${major + 1}.0.0`;
  return `${major}.${minor + 1}.0`;
}

/** @returns the changelog with its unreleased part as that of a version, and an empty one above it */
export function released(changelog, version, date) {
  return changelog
    .replace(UNRELEASED, (_, part) => `## [Unreleased]\n\n## [${version}] - ${date}\n\n${part.trim()}\n\n`)
    .trimEnd()
    .concat('\n');
}
