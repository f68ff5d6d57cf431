// SPDX-License-Identifier: Apache-2.0
// The sub-path as TypeScript sees it in CommonJS: the very ES module that `import` gives.
import ours = require('./index.js');
export = ours;
