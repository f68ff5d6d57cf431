// SPDX-License-Identifier: Apache-2.0
// Another vendor's instrumentation of the same methods, for `--import`: an InstrumentationBase that counts calls.
import { register } from 'node:module';
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  registerInstrumentations,
} from '@opentelemetry/instrumentation';
import type * as eventsource from 'eventsource';

export interface Vendor {
  readonly calls: string[];
  enable(): void;
  disable(): void;
}

class VendorInstrumentation extends InstrumentationBase {
  declare calls: string[];

  constructor() {
    super('vendor', '1.0.0', {});
  }

  protected override init() {
    const calls: string[] = [];
    this.calls = calls;
    return new InstrumentationNodeModuleDefinition(
      'eventsource',
      ['*'],
      (library: typeof eventsource) => {
        for (const [owner, method] of slotsOf(library)) {
          this._wrap(owner, method, (original) => {
            return function (this: unknown, ...args: unknown[]) {
              calls.push(method);
              return Reflect.apply(original, this, args);
            };
          });
        }
        return library;
      },
      (library: typeof eventsource | undefined) => {
        if (library !== undefined) for (const [owner, method] of slotsOf(library)) this._unwrap(owner, method);
      },
    );
  }
}

type Slot = readonly [owner: Record<string, (...args: unknown[]) => unknown>, method: string];

function slotsOf({ InMemoryEventStore, InMemoryEventBus, AggregateRepository }: typeof eventsource): Slot[] {
  return [
    [InMemoryEventStore.prototype, 'appendEvents'],
    [InMemoryEventBus.prototype, 'publish'],
    [InMemoryEventBus.prototype, 'dispatchEvent'],
    [AggregateRepository.prototype, 'save'],
  ].map((slot) => slot as unknown as Slot);
}

// What a distribution does for ES modules.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
const vendor = new VendorInstrumentation();
registerInstrumentations({ instrumentations: [vendor] });
Object.assign(globalThis, { vendor } satisfies { vendor: Vendor });
