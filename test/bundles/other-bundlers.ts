// SPDX-License-Identifier: Apache-2.0
// A minute and more: `npm run test:bundlers`. docs/bundles.md has one bundle of each of them, which all tests make.
import { itShowsWhatItsPartsShow } from './bundled.js';

/** One of each kind: a class in place, classes of a framework, functions that are replaced. */
const bundles = [['eventsource, accounts', 'nestjs-cqrs 12, orders', 'emmett, carts']] as const;

describe('a bundle of another bundler that holds libraries and the API', function () {
  this.timeout(600_000);
  itShowsWhatItsPartsShow({ bundler: 'rollup', format: 'mjs', minify: true, node: 20, bundles });
  itShowsWhatItsPartsShow({ bundler: 'rollup', format: 'cjs', minify: false, node: 24, bundles });
  itShowsWhatItsPartsShow({ bundler: 'webpack', format: 'cjs', minify: true, node: 24, bundles });
  itShowsWhatItsPartsShow({ bundler: 'webpack', format: 'mjs', minify: false, node: 20, bundles });
});
