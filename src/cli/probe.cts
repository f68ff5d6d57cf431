// SPDX-License-Identifier: Apache-2.0
// What `doctor` preloads into the application before everything else, by NODE_OPTIONS. It is CommonJS, since Node.js may run it
// in the thread for loader hooks as well.
import thread = require('../hooks-thread.cjs');

if (!thread.isHooksThread && process.env.EVENTSOURCE_DOCTOR !== undefined) {
  try {
    require('./probe/start.js');
  } catch (error) {
    // Then there is no report, which is told; the application runs all the same.
    const reason =
      process.versions.pnp === undefined
        ? error
        : "with Plug'n'Play it needs Node.js 22.12 or later, since before a required ES module finds nothing that it imports";
    process.stderr.write(
      `opentelemetry-instrumentation-eventsource: the doctor cannot look into the process: ${reason}\n`,
    );
  }
}
