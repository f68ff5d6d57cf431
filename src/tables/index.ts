// SPDX-License-Identifier: Apache-2.0
// `opentelemetry-instrumentation-eventsource/tables`: what a table for one's own library is written with, as
// docs/own-library.md shows.

/**
 * @packageDocumentation
 * @experimental Words of tables may change in any minor version.
 */

export * from '../libraries/attributes.js';
export type { Library, LibraryPackage } from '../libraries/library.js';
export {
  type AnyCall,
  type Aspect,
  type Call,
  type Facts,
  type Failure,
  type Recipe,
  type Row,
  type Rows,
  rows,
} from '../weaving/aspect.js';
export type { FamilyMode } from '../weaving/runtime-settings.js';
export type { Instrument, LogRecord, Measurement } from '../weaving/signals.js';
