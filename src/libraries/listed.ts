// SPDX-License-Identifier: Apache-2.0
// Several values in one attribute. Extractors run for each recorded span: nothing is copied.

/** At most this many stand in one attribute: a batch may hold thousands. */
const LISTED = 50;

/** What `read` gives of each item, in order, repeats kept, joined by commas; what it does not give is left out. */
export function listed<T>(items: readonly T[] | undefined, read: (item: T) => unknown): string {
  let text = '';
  for (let i = 0; i < (items?.length ?? 0); i++) {
    if (i === LISTED) return `${text},…`;
    const value = read(items?.[i] as T);
    if (typeof value === 'string' && value !== '') text = text === '' ? value : `${text},${value}`;
  }
  return text;
}

/** What `read` gives of all items alike. */
export function sharedBy<T>(
  items: readonly T[] | undefined,
  read: (item: T) => string | undefined,
): string | undefined {
  const [first] = items ?? [];
  const value = first === undefined ? undefined : read(first);
  return value !== undefined && items?.every((item) => read(item) === value) === true ? value : undefined;
}
