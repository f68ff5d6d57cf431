// SPDX-License-Identifier: Apache-2.0
// The package for `require`: the very ES module that `import` gives. In the thread for loader hooks, which runs an application's
// preload file a second time, it is a stand-in with whatever export, to be called and constructed, that does nothing.
import thread = require('./hooks-thread.cjs');

const idle: object = new Proxy(class {}, {
  get: (target, key) => (typeof key === 'symbol' || key === 'prototype' ? Reflect.get(target, key) : idle),
  apply: () => idle,
  construct: () => idle,
});

module.exports = thread.isHooksThread ? new Proxy({}, { get: () => idle }) : require('./index.cjs');
