// SPDX-License-Identifier: Apache-2.0
// Objects that are observed as long as they live: gauges read them whenever somebody collects. They are held weakly, and there
// is one gauge for all of them: of several with one name the SDK would read only the first. An object that ends is read once
// more by those who have read it before, since most back ends go on showing the last value that they got.
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
  /** What is said, once, of a set of attributes that no object gives any more; default: nothing. */
  readonly afterwards?: number | undefined;
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
  readonly isOn: () => boolean;
}

const FIRST_SWEEP = 1000;

/** What one meter has read of one gauge. */
interface Reader {
  /** Those that it read last time. */
  seen: Set<WeakRef<object>>;
  /** Those of them that have ended since. They are held: their end would be lost if they were collected before it is read. */
  readonly ended: Set<object>;
  /** The sets of attributes of last time, by their text. */
  told: Map<string, Attributes>;
}

/** A meter that is not collected any more must not keep the objects of a whole life. */
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

/**
 * @param written the attributes as they go out: under the names in force, and bounded
 * @param report takes what `observe` and the meter throw
 */
export function createLiving(
  written: (instrument: Instrument, attributes: Attributes) => Attributes,
  report: (instrument: Instrument, fault: unknown) => void,
): Living {
  const objects = new Map<AnyGauge, ReadObjects>();
  const refs = new WeakMap<object, WeakRef<object>>();
  const meters = new Map<WeakRef<Meter>, Map<AnyGauge, Reader>>();

  const living: Living = {
    begin(gauges, object, isOn) {
      const ref = refs.get(object) ?? new WeakRef(object);
      refs.set(object, ref);
      for (const gauge of gauges as readonly AnyGauge[]) {
        const read = objects.get(gauge) ?? { alive: new Set(), sweepAt: FIRST_SWEEP, isOn };
        read.alive.add(ref);
        if (read.alive.size >= read.sweepAt) sweep(read);
        objects.set(gauge, read);
        for (const readers of meters.values()) readers.get(gauge)?.ended.delete(object);
      }
      for (const [ref, readers] of meters) {
        const meter = ref.deref();
        if (meter === undefined) meters.delete(ref);
        else attachNew(meter, readers);
      }
    },
    end(gauges, object) {
      const ref = refs.get(object);
      for (const gauge of gauges as readonly AnyGauge[]) {
        if (ref === undefined || objects.get(gauge)?.alive.delete(ref) !== true) continue;
        for (const readers of meters.values()) {
          const reader = readers.get(gauge);
          if (reader?.seen.has(ref) === true) remember(reader.ended, object);
        }
      }
    },
    of(gauge) {
      return aliveOf(objects.get(gauge as AnyGauge)?.alive ?? new Set()).map(([, object]) => object);
    },
    attachTo(meter) {
      const readers = new Map<AnyGauge, Reader>();
      meters.set(new WeakRef(meter), readers);
      attachNew(meter, readers);
    },
  };
  return living;

  function attachNew(meter: Meter, readers: Map<AnyGauge, Reader>): void {
    for (const gauge of objects.keys()) {
      if (readers.has(gauge)) continue;
      const reader: Reader = { seen: new Set(), ended: new Set(), told: new Map() };
      readers.set(gauge, reader);
      const { instrument } = gauge;
      try {
        meter.createObservableGauge(instrument.name, instrumentOptions(instrument)).addCallback((result) => {
          const read = objects.get(gauge);
          if (read?.isOn() === true) tell(gauge, read, reader, result);
        });
      } catch (fault) {
        report(instrument, fault);
      }
    }
  }

  function tell(gauge: AnyGauge, read: ReadObjects, reader: Reader, result: ObservableResult): void {
    const alive = aliveOf(read.alive);
    const told = new Map<string, Attributes>();
    // Of two with the same attributes the later one counts: one that lives before one that has ended.
    for (const object of [...reader.ended, ...alive.map(([, each]) => each)]) {
      for (const { value, attributes } of observationsOf(gauge, object)) {
        result.observe(value, attributes);
        if (gauge.afterwards !== undefined) told.set(JSON.stringify(attributes), attributes);
      }
    }
    for (const [text, attributes] of reader.told) {
      if (gauge.afterwards !== undefined && !told.has(text)) result.observe(gauge.afterwards, attributes);
    }
    reader.seen = new Set(alive.map(([ref]) => ref));
    reader.ended.clear();
    reader.told = told;
  }

  function observationsOf(gauge: AnyGauge, object: object): readonly Observation[] {
    try {
      return gauge
        .observe(object)
        .filter(({ value }) => Number.isFinite(value))
        .map(({ value, attributes }) => ({ value, attributes: written(gauge.instrument, attributes) }));
    } catch (fault) {
      report(gauge.instrument, fault);
      return [];
    }
  }
}

/** At twice as many as are left, so that each object is looked at twice on average. */
function sweep(read: ReadObjects): void {
  for (const ref of read.alive) if (ref.deref() === undefined) read.alive.delete(ref);
  read.sweepAt = Math.max(FIRST_SWEEP, 2 * read.alive.size);
}

/** Those that are still there; the references of the others are dropped. */
function aliveOf(refs: Set<WeakRef<object>>): readonly (readonly [WeakRef<object>, object])[] {
  const alive: (readonly [WeakRef<object>, object])[] = [];
  for (const ref of refs) {
    const object = ref.deref();
    if (object === undefined) refs.delete(ref);
    else alive.push([ref, object]);
  }
  return alive;
}

function remember(ended: Set<object>, object: object): void {
  ended.add(object);
  const [oldest] = ended;
  if (ended.size > MOST_ENDED && oldest !== undefined) ended.delete(oldest);
}
