// SPDX-License-Identifier: Apache-2.0
// What `doctor` preloads into the application before everything else, by NODE_OPTIONS. It is CommonJS, since Node.js may run it
// in the thread for loader hooks as well.
import thread = require('../hooks-thread.cjs');

if (!thread.isHooksThread && process.env.EVENTSOURCE_DOCTOR !== undefined) {
  try {
    require('./probe/start.js');
  } catch (error) {
    // Then there is no report, which is told; the application runs all the same.
    process.stderr.write(
      `opentelemetry-instrumentation-eventsource: the doctor cannot look into the process: ${error}\n`,
    );
  }
}
