// SPDX-License-Identifier: Apache-2.0
// What the engine is told from outside about one library.
import type { AttributeValue } from '@opentelemetry/api';
import type { Redact } from './failure.js';
import type { SpanHooks } from './span-hooks.js';
import type { LogSink } from './written-record.js';

export const familyModes = ['auto', 'on', 'off'] as const;
export type FamilyMode = (typeof familyModes)[number];

/** One way to write an attribute: its key in the convention in force, and the value where that differs too. */
export interface AttributeForm {
  readonly key: string;
  readonly value?: ((value: AttributeValue) => AttributeValue) | undefined;
}

/** Who looks for what is wrong with the tracing of a process. Asked when rows are made ready and fail, not at calls. */
export interface Diagnosis {
  /** Stands in for the switch of the objects of a family. */
  readonly switchOf: (family: string, isOn: (self: unknown) => boolean) => (self: unknown) => boolean;
  readonly rowFailed: (label: string, fault: unknown) => void;
}

/** What the engine is told from outside. It knows no attribute, no family and no setting by name. */
export interface RuntimeSettings {
  /** The forms of an attribute key; none drops it, two write it twice. */
  readonly attribute: (key: string) => readonly AttributeForm[];
  /** Keys that get the class name of a failure. */
  readonly errorKeys: readonly string[];
  readonly family: (family: string) => FamilyMode;
  /** Whether an option that an aspect depends on is on; default: no. */
  readonly option?: ((name: string) => boolean) | undefined;
  /** The value of an option, for gauges; default: nothing is configured. */
  readonly value?: ((name: string) => unknown) | undefined;
  /** The lowest severity number that is wanted of a logger; default: that of `info`. */
  readonly severity?: ((logger: string) => number) | undefined;
  /** Gets each log record that is wanted, whether or not there is a logger provider. */
  readonly sink?: LogSink | undefined;
  /** Takes out of exceptions what spans and log records must not say. */
  readonly redact?: Redact | undefined;
  /** Told of the spans that record; nothing is made for them where there are none. */
  readonly hooks?: SpanHooks | undefined;
  /** No span is started without a parent, or a link to where it comes from. */
  readonly requiresParent?: boolean | undefined;
  /** How many values an attribute of an instrument may have; default: 200. */
  readonly cardinalityLimit?: number | undefined;
  readonly diagnosis?: Diagnosis | undefined;
}
