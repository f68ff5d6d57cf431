// SPDX-License-Identifier: Apache-2.0
// Objects that are observed as long as they live: gauges read them whenever somebody collects. They are held weakly, and there
// is one gauge for all of them: of several with one name the SDK would read only the first. An object that ends is read once
// more, since most back ends go on showing the last value that they got.
import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import type { AnyCall } from './call.js';
import { instrumentOptions } from './instruments.js';
import type { Instrument } from './signals.js';

export interface Observation {
  readonly value: number;
  readonly attributes: Attributes;
}

/** What is read of one object; nothing for one that has nothing to say at the moment. */
export interface Gauge<T extends object = never> {
  readonly instrument: Instrument;
  readonly observe: (object: T) => readonly Observation[];
}

/** A call at which an object begins to be observed, or ends to be. */
export interface LifeWords<C = AnyCall> {
  readonly gauges: readonly Gauge[];
  /** Asked when the call has settled well. */
  readonly begins?: ((call: C) => object | undefined) | undefined;
  /** Asked before the call; its end counts when the call is over. */
  readonly ends?: ((call: C) => object | undefined) | undefined;
}

type AnyGauge = Gauge<object>;

/** What one gauge reads. */
interface ReadObjects {
  readonly alive: Set<WeakRef<object>>;
  /** At this many, those that are gone are swept out: nobody may ever collect. */
  sweepAt: number;
  /** Those that have ended, each with the meters that have read its end. */
  readonly ended: Map<object, Set<object>>;
  readonly isOn: () => boolean;
}

const FIRST_SWEEP = 1000;

/** A meter that is never collected must not keep the objects of a whole life. */
const MOST_ENDED = 1000;

export interface Living {
  /** @param isOn asked at each collection: what is switched off is not read */
  begin(gauges: readonly Gauge[], object: object, isOn: () => boolean): void;
  end(gauges: readonly Gauge[], object: object): void;
  /** Those that a gauge reads now. */
  of(gauge: Gauge): readonly object[];
  /** Makes the gauges of a meter; they read what lives whenever it is collected. */
  attachTo(meter: Meter): void;
}

/** @param report takes what `observe` and the meter throw */
export function createLiving(report: (instrument: Instrument, fault: unknown) => void): Living {
  const objects = new Map<AnyGauge, ReadObjects>();
  const refs = new WeakMap<object, WeakRef<object>>();
  const meters = new Map<WeakRef<Meter>, Set<AnyGauge>>();

  const living: Living = {
    begin(gauges, object, isOn) {
      const ref = refs.get(object) ?? new WeakRef(object);
      refs.set(object, ref);
      for (const gauge of gauges as readonly AnyGauge[]) {
        const read = objects.get(gauge) ?? { alive: new Set(), sweepAt: FIRST_SWEEP, ended: new Map(), isOn };
        read.alive.add(ref);
        if (read.alive.size >= read.sweepAt) sweep(read);
        read.ended.delete(object);
        objects.set(gauge, read);
      }
      for (const [ref, attached] of meters) {
        const meter = ref.deref();
        if (meter === undefined) meters.delete(ref);
        else attachNew(meter, attached);
      }
    },
    end(gauges, object) {
      const ref = refs.get(object);
      for (const gauge of gauges as readonly AnyGauge[]) {
        const read = objects.get(gauge);
        if (ref === undefined || read?.alive.delete(ref) !== true || meters.size === 0) continue;
        read.ended.set(object, new Set());
        const [oldest] = read.ended.keys();
        if (read.ended.size > MOST_ENDED && oldest !== undefined) read.ended.delete(oldest);
      }
    },
    of(gauge) {
      const alive: object[] = [];
      const refs = objects.get(gauge as AnyGauge)?.alive;
      for (const ref of refs ?? []) {
        const object = ref.deref();
        if (object === undefined) refs?.delete(ref);
        else alive.push(object);
      }
      return alive;
    },
    attachTo(meter) {
      const attached = new Set<AnyGauge>();
      meters.set(new WeakRef(meter), attached);
      attachNew(meter, attached);
    },
  };
  return living;

  function attachNew(meter: Meter, attached: Set<AnyGauge>): void {
    for (const gauge of objects.keys()) {
      if (attached.has(gauge)) continue;
      attached.add(gauge);
      const { instrument } = gauge;
      try {
        meter.createObservableGauge(instrument.name, instrumentOptions(instrument)).addCallback((result) => {
          const read = objects.get(gauge);
          if (read?.isOn() !== true) return;
          for (const object of [...ends(read, attached, meters.size), ...living.of(gauge)])
            observe(gauge, object, result);
        });
      } catch (fault) {
        report(instrument, fault);
      }
    }
  }

  function observe(gauge: AnyGauge, object: object, result: ObservableResult): void {
    try {
      for (const { value, attributes } of gauge.observe(object))
        if (Number.isFinite(value)) result.observe(value, attributes);
    } catch (fault) {
      report(gauge.instrument, fault);
    }
  }
}

/** At twice as many as are left, so that each object is looked at twice on average. */
function sweep(read: ReadObjects): void {
  for (const ref of read.alive) if (ref.deref() === undefined) read.alive.delete(ref);
  read.sweepAt = Math.max(FIRST_SWEEP, 2 * read.alive.size);
}

/** The objects whose end one meter has not been told; from now on it has. */
function ends({ ended }: ReadObjects, meter: object, meters: number): readonly object[] {
  const news = [...ended].filter(([, told]) => !told.has(meter)).map(([object]) => object);
  for (const object of news) {
    const told = ended.get(object)?.add(meter);
    if (told !== undefined && told.size >= meters) ended.delete(object);
  }
  return news;
}
