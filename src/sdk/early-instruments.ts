// SPDX-License-Identifier: Apache-2.0
// Instruments that were made before there is a meter provider, and what becomes of them when there is one.
import type { BatchObservableCallback, Meter, MeterProvider, Observable, ObservableCallback } from '@opentelemetry/api';

export interface Waiting {
  /** The provider that is registered, if any. */
  find(): MeterProvider | undefined;
  /** Makes one where an SDK waits. */
  wake(): void;
  /** Calls back with the provider, now or when one is registered. */
  whenThere(attach: (provider: MeterProvider) => void): void;
}

type MeterArguments = Parameters<MeterProvider['getMeter']>;
type Method = (...args: unknown[]) => unknown;
type Make = (provider: MeterProvider) => object;

/**
 * A meter whose instruments do nothing until there is a provider. Those that record look for one at each measurement, and
 * wake the SDK that waits; those that observe are asked by nobody without one, and attach when one is registered.
 *
 * @param noop what the API gives without a provider; everything made here looks like it
 * @param args those of `getMeter`
 */
export function earlyMeter(noop: Meter, args: MeterArguments, waiting: Waiting): Meter {
  const meter = Object.create(noop) as Record<string, Method>;
  const targets = new WeakMap<object, object>();
  const targetOf = (observable: Observable) => (targets.get(observable) ?? observable) as Observable;

  for (const create of namesIn(noop, /^create/)) {
    const method = (of: Meter) => (Reflect.get(of, create) as Method).bind(of);
    meter[create] = (...options) => {
      const none = method(noop)(...options) as object;
      const make: Make = (provider) => method(provider.getMeter(...args))(...options) as object;
      if (!create.startsWith('createObservable')) return earlyInstrument(none, make, waiting);
      return earlyObservable(none as Observable, make, waiting, targets);
    };
  }
  return Object.assign(meter as unknown as Meter, earlyBatches(args, targetOf, waiting));
}

function earlyInstrument(none: object, make: Make, { find, wake }: Waiting): object {
  const instrument = Object.create(none) as Record<string, Method>;
  let target: object | undefined;
  const look = () => {
    const provider = find();
    if (provider !== undefined) target = make(provider);
    return target;
  };
  for (const record of namesIn(none, /^(?:add|record)$/)) {
    instrument[record] = (...args) => {
      if (target === undefined && look() === undefined) wake();
      const there = target ?? look();
      if (there !== undefined) Reflect.apply(Reflect.get(there, record), there, args);
    };
  }
  return instrument;
}

function earlyObservable(none: Observable, make: Make, waiting: Waiting, targets: WeakMap<object, object>): Observable {
  const callbacks = new Set<ObservableCallback>();
  let target: Observable | undefined;
  const observable: Observable = Object.assign(Object.create(none) as Observable, {
    addCallback(callback: ObservableCallback) {
      if (target === undefined) callbacks.add(callback);
      else target.addCallback(callback);
    },
    removeCallback(callback: ObservableCallback) {
      callbacks.delete(callback);
      target?.removeCallback(callback);
    },
  });
  waiting.whenThere((provider) => {
    target = make(provider) as Observable;
    targets.set(observable, target);
    for (const callback of callbacks) target.addCallback(callback);
    callbacks.clear();
  });
  return observable;
}

/** A batch callback names the instruments it observes, and the SDK knows its own only. */
function earlyBatches(
  args: MeterArguments,
  targetOf: (observable: Observable) => Observable,
  { find, whenThere }: Waiting,
): Pick<Meter, 'addBatchObservableCallback' | 'removeBatchObservableCallback'> {
  const translations = new Map<BatchObservableCallback, BatchObservableCallback>();
  return {
    addBatchObservableCallback(callback, observables) {
      const translated: BatchObservableCallback = (result) =>
        callback({ observe: (observable, ...rest) => result.observe(targetOf(observable), ...rest) });
      translations.set(callback, translated);
      whenThere((provider) => {
        if (translations.get(callback) !== translated) return;
        provider.getMeter(...args).addBatchObservableCallback(translated, observables.map(targetOf));
      });
    },
    removeBatchObservableCallback(callback, observables) {
      const translated = translations.get(callback);
      translations.delete(callback);
      if (translated === undefined) return;
      find()
        ?.getMeter(...args)
        .removeBatchObservableCallback(translated, observables.map(targetOf));
    },
  };
}

/** The methods of an object of the API, which are its classes'. */
function namesIn(object: object, pattern: RegExp): string[] {
  const names: string[] = [];
  for (let of = object; of !== Object.prototype && of !== null; of = Object.getPrototypeOf(of)) {
    names.push(...Object.getOwnPropertyNames(of));
  }
  return [...new Set(names)].filter((name) => pattern.test(name));
}
