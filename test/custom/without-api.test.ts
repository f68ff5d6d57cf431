// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { onEachNode } from '../../testkit/child.js';
import { answersWithoutApi } from './without-api.js';

describe('the tools for components, where the API is not installed', () => {
  for (const kind of ['import', 'require'] as const) {
    onEachNode(`load and do their work, without telemetry: ${kind}`, async (node) => {
      assert.deepEqual(await answersWithoutApi(kind, node), {
        OTEL_AVAILABLE: false,
        isTelemetryActive: false,
        tracingEnabled: false,
        error: 'RangeError: out',
        span: 'undefined',
        spanContext: 'ran',
        traced: 'loaded 1',
        read: ['a', 'b'],
        traceContext: { trace_id: '', span_id: '', trace_flags: '' },
      });
    });
  }
});
