// SPDX-License-Identifier: Apache-2.0
// One module of a library, woven by its tables.
import { sayAtDebug } from './debug.js';
import { note } from './ledger.js';
import type { Library } from './libraries/library.js';
import { PACKAGE_NAME } from './version.js';
import { type Rebind, weaveBindings } from './weaving/bindings.js';
import { missingIn, type WeaveReport, weaveClasses } from './weaving/classes.js';
import { diag } from './weaving/diag.js';
import type { Runtime } from './weaving/runtime.js';
import type { FamilyMode } from './weaving/runtime-settings.js';
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

interface Module {
  readonly exports: object;
  /** Or whatever else it is called by in messages. */
  readonly url: string;
  readonly version: string | undefined;
  readonly rebind: Rebind;
}

/** Libraries of which something was said: that a package is seen at all is worth one line. */
const spokenOf = new WeakSet<Library>();

/**
 * What is woven is told in one debug line, and so is what has another shape and is left alone.
 *
 * @param modes how the families of the library are switched
 */
export function weaveModule(
  { library, runtime }: InUse,
  { exports, url, version, rebind }: Module,
  modes: Readonly<Record<string, FamilyMode>>,
): WovenModule {
  const { report } = weaveClasses(runtime, library.aspects, exports);
  const bindings = weaveBindings(runtime, library.aspects, exports, rebind);
  const methods = { ...report.methods, ...bindings };
  const otherShapes = report.otherShapes.map((target) => {
    const missing = missingIn(exports, target, library.aspects).join(', ');
    return missing === '' ? target : `${target} (which has no ${missing})`;
  });
  const refused = Object.keys(bindings).filter((target) => bindings[target] === 'refused');
  const woven = Object.keys(methods).filter((name) => methods[name] === 'woven' || methods[name] === 'known');
  const line = lineOf(library, version, otherShapes, {
    fresh: woven.filter((name) => methods[name] === 'woven'),
    modes,
  });
  if (line !== undefined) sayAtDebug(`${url}: ${line}`);
  note({
    what: 'woven',
    library: library.key,
    url,
    methods: woven,
    refused,
    otherShapes,
  });
  return { report: { ...report, methods }, refused };
}

function lineOf(
  library: Library,
  version: string | undefined,
  others: readonly string[],
  { fresh, modes }: { readonly fresh: readonly string[]; readonly modes: Readonly<Record<string, FamilyMode>> },
): string | undefined {
  const isFirst = !spokenOf.has(library);
  spokenOf.add(library);
  const named = version === undefined ? library.key : `${library.key} ${version}`;
  const said = [
    ...(fresh.length > 0
      ? [`${fresh.length} woven as ${named}: ${fresh.join(', ')}${offOf(library, fresh, modes)}`]
      : []),
    ...(others.length > 0 ? [`of another shape than that of ${library.key}, left alone: ${others.join(', ')}`] : []),
  ];
  if (said.length > 0) return said.join('; ');
  return isFirst ? `seen as ${named}, exports nothing to weave; nothing is said of more such files` : undefined;
}

function offOf({ aspects }: Library, woven: readonly string[], modes: Readonly<Record<string, FamilyMode>>): string {
  const targets = new Set(woven.map((name) => name.split('.', 1)[0]));
  const families = new Set(aspects.filter(({ target }) => targets.has(target)).map(({ family }) => family));
  const off = [...families].filter((family) => modes[family] === 'off');
  return off.length === 0 ? '' : `; off: ${off.join(', ')}`;
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
