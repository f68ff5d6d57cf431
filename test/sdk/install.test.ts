// SPDX-License-Identifier: Apache-2.0
// The command that installs an SDK, for the Node.js that runs and the API that the application has.
import assert from 'node:assert/strict';
import { installOfSdk } from '../../src/sdk/install.js';

describe('the command that installs an SDK', () => {
  for (const [node, api, command] of [
    ['20.20.2', '1.9.1', 'npm install @opentelemetry/sdk-node'],
    ['20.20.2', '1.8.0', 'npm install @opentelemetry/sdk-node'],
    ['20.20.2', undefined, 'npm install @opentelemetry/sdk-node'],
    ['20.20.2', '1.10.0', 'npm install @opentelemetry/api@1.9 @opentelemetry/sdk-node'],
    ['22.14.0', '1.10.0', 'npm install @opentelemetry/api@1.9 @opentelemetry/sdk-node'],
    ['22.15.0', '1.10.0', 'npm install @opentelemetry/sdk-node'],
    ['22.15.0', '1.9.1', 'npm install @opentelemetry/api@1.10 @opentelemetry/sdk-node'],
    ['24.0.0', '1.9.1', 'npm install @opentelemetry/api@1.10 @opentelemetry/sdk-node'],
    ['24.0.0', '1.10.0', 'npm install @opentelemetry/sdk-node'],
  ] as const) {
    it(`names the API only where npm would refuse it: ${api ?? 'none'}, on Node ${node}`, () => {
      assert.equal(installOfSdk(api, node), command);
    });
  }
});
