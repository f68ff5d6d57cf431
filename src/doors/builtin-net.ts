// SPDX-License-Identifier: Apache-2.0
// What builtins.ts is for, with a module that others trace from the first import on. So it is loaded only where there is no loader of
// anybody yet that could see it.
import 'node:net';
