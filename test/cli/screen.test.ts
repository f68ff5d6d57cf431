// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { asText } from '../../src/cli/screen.js';

describe('the screen of the doctor', () => {
  it('never wraps a line between a number and its unit', () => {
    const asked = { flags: [], application: [], limitMillis: 1, json: false };
    for (let length = 80; length < 110; length++) {
      const seen = [`${'x'.repeat(length)} after 2.9 s and 300 ms, 12 spans.`];
      const text = asText({
        version: '1',
        findings: [{ id: 'complaint', weight: 'problem', seen, remedy: 'Wait.' }],
        report: undefined,
        asked,
      });
      assert.match(text, /\d s\b/);
      assert.doesNotMatch(text, /\d\n\s*m?s\b/, String(length));
      for (const line of text.split('\n')) assert.ok(line.length <= 115, line);
    }
  });
});
