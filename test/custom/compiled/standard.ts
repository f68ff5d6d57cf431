// SPDX-License-Identifier: Apache-2.0
// What only standard decorators can be put on: private names, and fields.
import { traced } from 'opentelemetry-instrumentation-eventsource/tracing';

class Vault {
  readonly #secret = 21;

  @traced('vault.open')
  #open(): number {
    return this.#secret;
  }

  @traced('vault.count')
  static #count(): number {
    return 1;
  }

  @traced('vault.twice', { attributes: (n: number) => ({ n }) })
  readonly twice = (n: number): number => n * this.#open();

  static run(): number {
    return new Vault().twice(2) + Vault.#count();
  }
}

console.log(JSON.stringify([Vault.run()]));
