// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../testkit/child.js';

describe('the shops', () => {
  for (const folder of ['fixtures/shop', 'fixtures/nest-shop/src', 'fixtures/emmett-shop/src']) {
    it(`have not a word of telemetry in their code: ${folder}`, () => {
      const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.ts'));
      assert.ok(files.length > 9);
      for (const file of files) {
        const code = readFileSync(join(root, folder, file), 'utf8').replace('enableTracing: true', '');
        assert.doesNotMatch(code, /telemetry|otel|trac(?:e|ing)|span|instrument/i, file);
      }
    });
  }
});
