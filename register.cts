// SPDX-License-Identifier: Apache-2.0
// The preload for `--require`.
import thread = require('./src/hooks-thread.cjs');

if (!thread.isHooksThread) require('./register.js');
