// SPDX-License-Identifier: Apache-2.0
import type { Span } from '@opentelemetry/api';
import type { CallFrame } from './call-frame.js';
import { type Step, stepValue } from './recipes.js';

/**
 * Sets attributes one by one: given to the span at its start, or together, the SDK copies and checks them more often. An
 * extractor that throws is handed to `blame` and ends the list: what was set stays, and the span goes on. What the SDK throws
 * is not the row's fault.
 */
export function setAttributes(
  span: Span,
  steps: readonly Step[],
  frame: CallFrame,
  blame: (frame: CallFrame, fault: unknown) => void,
): void {
  let inSdk = false;
  try {
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      const value = stepValue(step, frame);
      if (value === undefined) continue;
      inSdk = true;
      span.setAttribute(step.key, value);
      inSdk = false;
    }
  } catch (fault) {
    if (inSdk) frame.joinPoint.runtime.telemetryFailed('setting attributes', fault);
    else blame(frame, fault);
  }
}
