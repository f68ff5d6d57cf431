// What others say of a tarball: publint of its package.json, arethetypeswrong of its types.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { problemKindInfo } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** @returns a sentence for each finding, suggestions too */
export async function publintOf(file) {
  const tarball = readFileSync(file);
  const { messages, pkg } = await publint({
    pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) },
    strict: true,
  });
  return messages.map((message) => `${message.type}: ${formatMessage(message, pkg, { color: false })}`);
}

/**
 * @param left out: kinds of resolution that the package does not mean to serve, and entry points without types
 * @returns a sentence for each problem
 */
export async function wrongTypesOf(file, { resolutions = [], entryPoints = [] } = {}) {
  const result = await checkPackage(createPackageFromTarballData(readFileSync(file)), {
    excludeEntrypoints: entryPoints,
  });
  if (result.types === false) return ['there are no types in it'];
  return result.problems
    .filter(({ resolutionKind, resolutionOption }) => {
      const kind = resolutionKind ?? resolutionOption;
      return kind === undefined || !resolutions.includes(kind);
    })
    .map(
      (problem) =>
        `${problem.entrypoint ?? ''} ${problem.resolutionKind ?? ''}: ${problemKindInfo[problem.kind].title}`,
    );
}
