// SPDX-License-Identifier: Apache-2.0
// Objects that are observed as long as they live: gauges read them whenever somebody collects. They are held weakly, and there
// is one gauge for all of them: of several with one name the SDK would read only the first. An object that ends is read once
// more by those who have read it before, since most back ends go on showing the last value that they got; for that reason one
// that has changed is held until it has been read.
import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import type { AnyCall } from './call.js';
import { instrumentOptions } from './instruments.js';
import type { Question, Questions } from './questions.js';
import type { Instrument } from './signals.js';

export interface Observation {
  readonly value: number;
  readonly attributes: Attributes;
}

/** The value of an option, by its name in the configuration; `undefined` where nothing is configured. */
export type Options = (name: string) => unknown;

/** What is read of one object; nothing for one that has nothing to say at the moment. */
export interface Gauge<T extends object = never> {
  readonly instrument: Instrument;
  readonly observe: (object: T, options: Options, hasEnded: boolean) => readonly Observation[];
  /** What is asked about the objects before they are read. */
  readonly asks?: Question<T> | undefined;
  /** For the generated documentation: the keys of its attributes. */
  readonly attributes?: readonly string[] | undefined;
  /** What is said, once, of a set of attributes that no object gives any more; default: nothing. */
  readonly afterwards?: number | undefined;
}

/** A call at which an object begins to be observed, or ends to be, or which tells something of one that is. */
export interface LifeWords<C = AnyCall> {
  readonly gauges: readonly Gauge[];
  /** Asked when the call has settled well. */
  readonly begins?: ((call: C) => object | undefined) | undefined;
  /** Asked before the call; its end counts when the call is over. */
  readonly ends?: ((call: C) => object | undefined) | undefined;
  /** Asked before the call, if a meter provider is there: an object that is observed while the call runs. */
  readonly during?: ((call: C) => object | undefined) | undefined;
  /** Asked when the call has settled well, if a meter provider is there: an object in use, observed from then on. */
  readonly uses?: ((call: C) => object | undefined) | undefined;
  /**
   * Asked when the call has settled well, while any object is observed: one of them that has changed. It is read once more, also where
   * the application lets go of it at once.
   */
  readonly changes?: ((call: C) => object | undefined) | undefined;
  /** Told before the call, while any object is observed: for what a gauge cannot see of the objects themselves. */
  readonly before?: ((call: C) => void) | undefined;
  /** Told when the call has settled well, likewise. */
  readonly after?: ((call: C) => void) | undefined;
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
  /** Those that have changed since. They are held, for the same reason. */
  readonly changed: Set<object>;
  /** The sets of attributes of last time, by their text. */
  told: Map<string, Attributes>;
}

/** A meter that is not collected any more must not keep the objects of a whole life. */
const MOST_HELD = 1000;

export interface Living {
  /** @param isOn asked at each collection: what is switched off is not read */
  begin(gauges: readonly Gauge[], object: object, isOn: () => boolean): void;
  /** An object that began to be observed, and has changed. */
  change(gauges: readonly Gauge[], object: object): void;
  end(gauges: readonly Gauge[], object: object): void;
  /** Whether any of these gauges has something to read. */
  has(gauges: readonly Gauge[]): boolean;
  /** Those that a gauge reads now. */
  of(gauge: Gauge): readonly object[];
  /** Makes the gauges of a meter; they read what lives whenever it is collected. */
  attachTo(meter: Meter): void;
}

/**
 * @param options what gauges ask of the configuration
 * @param questions asks what gauges must know before they are read
 * @param written the attributes as they go out: under the names in force, and bounded
 * @param report takes what `observe` and the meter throw
 */
export function createLiving(
  options: Options,
  questions: Questions,
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
    change(gauges, object) {
      const ref = refs.get(object);
      for (const gauge of gauges as readonly AnyGauge[]) {
        if (ref === undefined || objects.get(gauge)?.alive.has(ref) !== true) continue;
        for (const readers of meters.values()) {
          const reader = readers.get(gauge);
          if (reader !== undefined) remember(reader.changed, object);
        }
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
    has(gauges) {
      for (let i = 0; i < gauges.length; i++) {
        const read = objects.get(gauges[i] as AnyGauge);
        if (read !== undefined && read.alive.size > 0) return true;
      }
      return false;
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
      const reader: Reader = { seen: new Set(), ended: new Set(), changed: new Set(), told: new Map() };
      readers.set(gauge, reader);
      const { instrument } = gauge;
      try {
        meter
          .createObservableGauge(instrument.name, instrumentOptions(instrument))
          .addCallback(
            (result) => answered(gauge)?.then(() => read(gauge, reader, result)) ?? read(gauge, reader, result),
          );
      } catch (fault) {
        report(instrument, fault);
      }
    }
  }

  /** Asks what must be known before the gauge is read; `undefined` when there is nothing to wait for. */
  function answered(gauge: AnyGauge): Promise<void> | undefined {
    const read = objects.get(gauge);
    if (gauge.asks === undefined || read?.isOn() !== true) return undefined;
    return questions.put(
      gauge.asks,
      aliveOf(read.alive).map(([, object]) => object),
    );
  }

  function read(gauge: AnyGauge, reader: Reader, result: ObservableResult): void {
    const read = objects.get(gauge);
    if (read?.isOn() === true) tell(gauge, read, reader, result);
  }

  function tell(gauge: AnyGauge, read: ReadObjects, reader: Reader, result: ObservableResult): void {
    const alive = aliveOf(read.alive);
    const told = new Map<string, Attributes>();
    // Of two with the same attributes the later one counts: one that lives before one that has ended.
    for (const object of [...reader.ended, ...alive.map(([, each]) => each)]) {
      for (const { value, attributes } of observationsOf(gauge, object, reader.ended.has(object))) {
        result.observe(value, attributes);
        if (gauge.afterwards !== undefined) told.set(JSON.stringify(attributes), attributes);
      }
    }
    for (const [text, attributes] of reader.told) {
      if (gauge.afterwards !== undefined && !told.has(text)) result.observe(gauge.afterwards, attributes);
    }
    reader.seen = new Set(alive.map(([ref]) => ref));
    reader.ended.clear();
    reader.changed.clear();
    reader.told = told;
  }

  function observationsOf(gauge: AnyGauge, object: object, hasEnded: boolean): readonly Observation[] {
    try {
      return gauge
        .observe(object, options, hasEnded)
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

function remember(held: Set<object>, object: object): void {
  held.add(object);
  const [oldest] = held;
  if (held.size > MOST_HELD && oldest !== undefined) held.delete(oldest);
}
