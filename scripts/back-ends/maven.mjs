import { run } from '../services/server-process.mjs';

/** A single file of Maven's repository, without what it depends on. */
export function mavenJar(artifact, classifier) {
  return ({ version, folder }) => {
    const coordinates = `${artifact}:${version}:jar:${classifier}`;
    run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${coordinates}`, `-DoutputDirectory=${folder}`], {
      cwd: folder,
    });
  };
}
