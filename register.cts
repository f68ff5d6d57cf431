// SPDX-License-Identifier: Apache-2.0
// The preload for `--require`.
import thread = require('./src/hooks-thread.cjs');

if (!thread.isHooksThread) {
  try {
    require('./register.js');
  } catch (error) {
    process.stderr.write(
      'opentelemetry-instrumentation-eventsource: nothing is instrumented, ES modules cannot be required here: use ' +
        `--import opentelemetry-instrumentation-eventsource/register (${error instanceof Error ? error.message.split('\n', 1)[0] : error})\n`,
    );
  }
}
