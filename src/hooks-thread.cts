// SPDX-License-Identifier: Apache-2.0
// Node.js runs the files of `--require` once more in the thread that it starts for loader hooks (`module.register`, whoever calls
// it). No application runs there, and from 22.15 to 24.11 no ES module that imports anything can be required there: the attempt
// ends the process, or leaves it hanging. So whatever of ours can be required is a CommonJS file that asks here first.
import workers = require('node:worker_threads');

// Before 22.14 that thread is told by what it lacks: every worker that an application starts has a port to its parent.
const {
  isMainThread,
  parentPort,
  isInternalThread = !isMainThread && parentPort === null,
}: typeof workers & { readonly isInternalThread?: boolean } = workers;

export = { isHooksThread: isInternalThread };
