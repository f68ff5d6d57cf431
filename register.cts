// SPDX-License-Identifier: Apache-2.0
// The preload for `--require`.
import thread = require('./src/hooks-thread.cjs');
import said = require('./src/said.cjs');
import node = require('./src/supported-node.cjs');

if (!thread.isHooksThread) {
  const unsupported = node.unsupportedNode(process.versions.node);
  if (unsupported !== undefined) say(unsupported);
  else {
    try {
      require('./register.js');
    } catch (error) {
      say(
        'nothing is instrumented, ES modules cannot be required here: use --import ' +
          `opentelemetry-instrumentation-eventsource/register (${error instanceof Error ? error.message.split('\n', 1)[0] : error})`,
      );
    }
  }
}

function say(message: string): void {
  if (said.isNews(message)) process.stderr.write(`opentelemetry-instrumentation-eventsource: ${message}\n`);
}
