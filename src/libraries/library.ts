// SPDX-License-Identifier: Apache-2.0
// A library whose applications are traced, as a value: where it is found, how it is switched, and its tables.
import type { Aspect } from '../weaving/aspect.js';
import type { FamilyMode } from '../weaving/runtime-settings.js';

export interface LibraryPackage {
  /** Name of the npm package; its sub-paths come with it. */
  readonly name: string;
  /** Versions that the tables were written for, as a semver range; others are left alone. Default: all, told by shape. */
  readonly versions?: string | undefined;
  /** Its ES modules export functions as constants, so that only a loader hook that wraps modules can replace them. */
  readonly constants?: boolean | undefined;
}

export interface Library {
  /** How configuration and messages name it, and the folder of its tables. */
  readonly key: string;
  readonly packages: readonly LibraryPackage[];
  /** Packages that trace this library themselves: once one of them is loaded, our rows are off. */
  readonly yieldsTo?: readonly string[] | undefined;
  /** Name of the instrumentation scope of its spans and measurements. Default: `opentelemetry-instrumentation-eventsource/` and its key. */
  readonly scope?: string | undefined;
  /** What is switched together, and how it is switched by default. */
  readonly families: Readonly<Record<string, FamilyMode>>;
  /** Options of its own, by name, with what holds where nobody says anything. */
  readonly options?: Readonly<Record<string, boolean | number>> | undefined;
  readonly aspects: readonly Aspect[];
}
