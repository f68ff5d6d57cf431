// SPDX-License-Identifier: Apache-2.0
import { all, itShowsWhatItsPartsShow } from './bundled.js';

describe('a bundle that holds a library and the API', function () {
  this.timeout(120_000);
  const bundles = all.map((title) => [title]);
  itShowsWhatItsPartsShow({ bundler: 'esbuild', format: 'cjs', minify: true, node: 20, bundles });
  itShowsWhatItsPartsShow({
    bundler: 'esbuild',
    format: 'mjs',
    minify: false,
    node: 24,
    bundles: [
      ['eventsource, accounts', 'emmett, carts', 'castore, carts'],
      ['nestjs-cqrs 12, orders'],
      ['kurrent, orders'],
    ],
  });
});
