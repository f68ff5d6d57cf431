// SPDX-License-Identifier: Apache-2.0
// Loaded where loader hooks are about to get a thread of their own, for its imports alone: they put these modules into the cache of the
// ES module loader. Once there is a thread, an `import()` that uses a module for the first time has it half loaded for some ms, and
// `require` of an ES module that uses it too throws an internal error meanwhile. Files are rarely shared so, modules of Node.js often.
// They are those that the libraries' ES modules use, and those that are loaded by now anyway. Not `node:tls` and `node:http`, which take
// long, and others trace them; not `node:process`, whose exports open stdin.
import 'node:async_hooks';
import 'node:buffer';
import 'node:crypto';
import 'node:diagnostics_channel';
import 'node:events';
import 'node:fs';
import 'node:fs/promises';
import 'node:module';
import 'node:os';
import 'node:path';
import 'node:querystring';
import 'node:stream';
import 'node:stream/promises';
import 'node:string_decoder';
import 'node:timers';
import 'node:timers/promises';
import 'node:url';
import 'node:util';
import 'node:util/types';
import 'node:worker_threads';
