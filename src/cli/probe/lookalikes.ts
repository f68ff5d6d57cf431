// SPDX-License-Identifier: Apache-2.0
// Libraries where no door looks: in a bundle, in a package of another name, in classes that the application wrote itself.
import { existsSync, readFileSync } from 'node:fs';
import { allLibraries } from '../../libraries/all.js';
import type { Library } from '../../libraries/library.js';
import type { Aspect, Row } from '../../weaving/aspect.js';
import type { Lookalike } from '../report.js';
import { installedWith, shownFile } from './loaded.js';

/** Fewer methods than these are those of any class. */
const ENOUGH_METHODS = 3;
const MOST_BYTES = 20_000_000;

interface Shape {
  readonly library: string;
  readonly target: string;
  readonly methods: readonly RegExp[];
}

/** Looks into files that no door has seen. What cannot be read has none. */
export function lookalikesIn(files: readonly string[]): Lookalike[] {
  const shapes = allLibraries.flatMap(shapesOf);
  return files.flatMap((url) => {
    const text = readText(url);
    if (text === undefined) return [];
    const where = { file: shownFile(url), package: installedWith(url)?.name };
    return allLibraries.flatMap(({ key, packages }) => {
      const sources = where.package === undefined ? packages.map(({ name }) => name).filter(isSourceOf(url, text)) : [];
      const names = shapes.filter(
        (shape) => shape.library === key && shape.methods.every((method) => method.test(text)),
      );
      const found = sources.length > 0 ? sources : names.map(({ target }) => target);
      return found.length === 0 ? [] : [{ library: key, ...where, names: found }];
    });
  });
}

function shapesOf({ key, aspects }: Library): Shape[] {
  return aspects.flatMap((aspect: Aspect) => {
    const names = Object.entries<Row>(aspect.methods ?? {}).flatMap(([name, { optional, span }]) =>
      optional === true || span === undefined ? [] : [name],
    );
    if (aspect.call !== undefined || names.length < ENOUGH_METHODS) return [];
    // As a method is written: its name, parameters, a brace.
    const methods = names.map((name) => new RegExp(`(?<![.\\w#])${name}\\s*\\([^;]{0,400}?\\)\\s*\\{`));
    return [{ library: key, target: aspect.target, methods }];
  });
}

/** A bundle names its sources in comments, or in its source map. */
function isSourceOf(url: string, text: string): (name: string) => boolean {
  const map = /\/\/# sourceMappingURL=/.test(text) ? (readText(`${url}.map`) ?? '') : '';
  return (name) => {
    const path = `node_modules/${name}/`;
    return new RegExp(`^\\s*// (?:\\S*/)?${path}`, 'm').test(text) || map.includes(`${path}dist/`);
  };
}

function readText(url: string): string | undefined {
  try {
    const file = new URL(url);
    if (!existsSync(file)) return undefined;
    const text = readFileSync(file, 'utf8');
    return text.length > MOST_BYTES ? undefined : text;
  } catch {
    return undefined;
  }
}
