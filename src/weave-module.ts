// SPDX-License-Identifier: Apache-2.0
// One module of a library, woven by its tables.
import { note } from './ledger.js';
import type { Library } from './libraries/library.js';
import { PACKAGE_NAME } from './version.js';
import { type Rebind, weaveBindings } from './weaving/bindings.js';
import { missingIn, type WeaveReport, weaveClasses } from './weaving/classes.js';
import { diag } from './weaving/diag.js';
import type { Runtime } from './weaving/runtime.js';
import { ignoringErrors } from './weaving/telling.js';

/** A library in use: its tables, and what its woven functions ask. */
export interface InUse {
  readonly library: Library;
  readonly runtime: Runtime;
}

interface WovenModule {
  readonly report: WeaveReport;
  /** Exports that had to be replaced and cannot be. */
  readonly refused: readonly string[];
}

/** What has another shape is left alone and named in one debug line. */
export function weaveModule({ library, runtime }: InUse, exports: object, name: string, rebind: Rebind): WovenModule {
  const { report } = weaveClasses(runtime, library.aspects, exports);
  const bindings = weaveBindings(runtime, library.aspects, exports, rebind);
  const methods = { ...report.methods, ...bindings };
  const otherShapes = report.otherShapes.map((target) => {
    const missing = missingIn(exports, target, library.aspects).join(', ');
    return missing === '' ? target : `${target} (which has no ${missing})`;
  });
  const others = otherShapes.join(', ');
  const nothing =
    others !== ''
      ? `of another shape than that of ${library.key}, left alone: ${others}`
      : 'exports nothing to weave, left alone';
  if (others !== '' || Object.keys(methods).length === 0) {
    ignoringErrors(() => diag.debug(`${PACKAGE_NAME}: ${name}: ${nothing}`));
  }
  const refused = Object.keys(bindings).filter((target) => bindings[target] === 'refused');
  const woven = Object.keys(methods).filter((name) => methods[name] === 'woven' || methods[name] === 'known');
  note({
    what: 'woven',
    library: library.key,
    url: name,
    methods: woven,
    refused,
    otherShapes,
  });
  return { report: { ...report, methods }, refused };
}

/** A binding that cannot take what stands for an export has one line. */
export function warnOfRefused(name: string, refused: readonly string[]): void {
  const what = `cannot be replaced, so what their rows say is not done: ${refused.join(', ')}`;
  ignoringErrors(() => diag.warn(`${PACKAGE_NAME}: ${name}: ${what}`));
}

/** A namespace of an ES module refuses; the report tells. */
export function assigningTo(exports: object): Rebind {
  return (name, value) => Reflect.set(exports, name, value);
}
