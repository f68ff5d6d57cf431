// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { relativeImports } from '../../src/doors/module-text.js';
import { applicationWith, onEachNode, root, runNode } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';
import { tracedApplication } from './traced-application.js';

const target = join(root, 'node_modules/eventsource');

describe('a process that loads one sub-path of the target', () => {
  const { exports } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
  const subPaths = Object.keys(exports).filter((key) => !key.endsWith('.json'));
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith({
      'package.json': '{ "name": "application" }',
      'doors.mjs': `
        import { watchPackages } from ${JSON.stringify(join(root, 'dist/src/doors/index.js'))};
        const urls = [];
        watchPackages([{ name: 'eventsource' }], ({ url }) => urls.push(url));
        process.on('exit', () => console.log(JSON.stringify(urls)));
      `,
      'import.mjs': 'await import(process.argv[2]);',
      'require.cjs': 'require(process.argv[2]);',
      ...tracedApplication,
      'hidden.mjs': "import './provider.mjs'; import { make } from './make.cjs'; await make();",
      // The repository that it makes is of a class that neither this sub-path nor anything it imports exports.
      'make.cjs': `
        const { ProjectionCheckpointManager } = require('eventsource/projections');
        const { checkpointRepo } = new ProjectionCheckpointManager('orders', { enableTracing: true });
        exports.make = () => checkpointRepo.getCheckpoint('orders');
      `,
      'hidden-esm.mjs': `
        import './provider.mjs';
        import { ProjectionCheckpointManager } from 'eventsource/projections';
        await new ProjectionCheckpointManager('orders', { enableTracing: true }).checkpointRepo.getCheckpoint('orders');
      `,
    }));
    installOurs(folder, '@opentelemetry/api', '@opentelemetry/context-async-hooks', '@opentelemetry/sdk-trace-base');
  });
  after(() => remove());

  for (const application of ['import.mjs', 'require.cjs']) {
    onEachNode(`hands over every file behind it: ${application}`, async (node) => {
      for (const subPath of subPaths) {
        const specifier = join('eventsource', subPath);
        const args = ['--import', './doors.mjs', application, specifier];
        const { stdout, stderr, code } = await runNode({ node, args, cwd: folder });
        assert.deepEqual({ stderr, code }, { stderr: '', code: 0 }, specifier);
        const files = filesBehind(pathToFileURL(join(target, exports[subPath].default)).href);
        assert.deepEqual(JSON.parse(stdout).sort(), [...files].sort(), specifier);
      }
    });
  }

  for (const application of ['hidden.mjs', 'hidden-esm.mjs']) {
    onEachNode(`traces a class that only the package itself can reach: ${application}`, async (node) => {
      const args = ['--import', `${packageName}/register`, application];
      const { stdout, stderr } = await runNode({ node, args, cwd: folder });
      assert.deepEqual({ stdout, stderr }, { stdout: 'eventsource.checkpoint.get_checkpoint\n', stderr: '' });
    });
  }
});

function filesBehind(url: string, found = new Set<string>()): Set<string> {
  if (found.has(url)) return found;
  found.add(url);
  for (const specifier of relativeImports(readFileSync(fileURLToPath(url), 'utf8'))) {
    filesBehind(new URL(specifier, url).href, found);
  }
  return found;
}
