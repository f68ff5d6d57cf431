// The libraries, and every row of their tables with the call that it is of, for the documents.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { code } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { catalogue } = await import(join(root, 'dist/src/libraries/index.js'));

/** In the order of the catalogue. */
export const libraries = catalogue.map((entry) => entry.load());

export const eventsource = libraries.find(({ key }) => key === 'eventsource');

/** Those with tables of their own beside `eventsource`. */
export const others = libraries.filter((library) => library !== eventsource);

/** Where a call finds an object, by the root of the path to it. */
function reached(path, call) {
  return path.startsWith('self.') ? `what the object of ${call} has` : `what ${call} is given`;
}

/** @returns `{ row, call }`; a row that several calls lead to stands with the first of them */
export function calledRows(aspects) {
  const seen = new Set();
  return aspects.flatMap(({ target, component = target, methods, subclasses, statics, fields, call, construct }) => [
    ...[methods, subclasses, statics, fields].flatMap((rows) => rowsNamed(rows, (method) => `${component}.${method}`)),
    ...(call === undefined ? [] : rowNamed(call, target)),
    ...(construct === undefined ? [] : rowNamed(construct, `new ${target}`)),
  ]);

  function rowsNamed(rows = {}, nameOf) {
    return Object.entries(rows).flatMap(([method, row]) => rowNamed(row, nameOf(method)));
  }

  /** @param name as code, and how it is told where that is not all */
  function rowNamed(row, name, told = code(name)) {
    if (seen.has(row)) return [];
    seen.add(row);
    const { handlers = {}, items, result, returned, objects = {} } = row.reaches ?? {};
    return [
      { row, call: told },
      ...Object.values(handlers).flatMap((handler) => rowNamed(handler, name, `a handler that ${code(name)} is given`)),
      ...rowsNamed(result, (method) => `${name}().${method}`),
      ...(returned === undefined ? [] : rowNamed(returned, `${name}()()`)),
      ...Object.entries(objects).flatMap(([path, rows]) =>
        Object.entries(rows).flatMap(([method, below]) =>
          rowNamed(below, `${name}.${method}`, `${code(method)} of ${reached(path, code(name))}`),
        ),
      ),
      ...(items === undefined ? [] : rowNamed(items.each, name, `handling an event of ${code(name)}`)),
      ...(items?.behind === undefined
        ? []
        : rowNamed(items.behind.stretch, name, `handling old events of ${code(name)}`)),
    ];
  }
}
