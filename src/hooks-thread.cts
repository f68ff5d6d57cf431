// SPDX-License-Identifier: Apache-2.0
// Node.js runs the files of `--require` once more in the thread that it starts for loader hooks (`module.register`, whoever calls
// it). No application runs there, and from 22.15 to 24.11 no ES module that imports anything can be required there: the attempt
// ends the process, or leaves it hanging. So whatever of ours can be required is a CommonJS file that asks here first.
interface Workers extends Pick<typeof import('node:worker_threads'), 'isMainThread' | 'parentPort'> {
  readonly isInternalThread?: boolean;
}

// Not by `require`, which a bundle of ES modules does not have. A Node.js that cannot be asked so has no such thread.
const workers: Workers = process.getBuiltinModule?.('node:worker_threads') ?? { isMainThread: true, parentPort: null };

// Before 22.14 that thread is told by what it lacks: every worker that an application starts has a port to its parent.
const { isMainThread, parentPort, isInternalThread = !isMainThread && parentPort === null } = workers;

export = { isHooksThread: isInternalThread };
