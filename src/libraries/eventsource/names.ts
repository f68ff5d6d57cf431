// SPDX-License-Identifier: Apache-2.0
// Names of classes as parts of span names.

/** Where a word begins: at a capital that a small letter stands before and after, so that `SQLite` and `PostgreSQL` stay whole. */
const WORD = /(?<=[\p{Ll}\p{N}])(?=\p{Lu}\p{Ll})/u;

/** `InMemory` → `in_memory`, `PostgreSQL` → `postgresql`. */
export function snakeCase(name: string): string {
  return name
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((part) => part.split(WORD))
    .filter((word) => word !== '')
    .join('_')
    .toLowerCase();
}

/** `MongoEventStore` → `mongo_event_store`; `event_store` where its name says no more. */
export function storeNameOf(className: string): string {
  const own = snakeCase(className.replace(/(?:Event)?Store$/, ''));
  return own === '' ? 'event_store' : `${own}_event_store`;
}

/** The name of the class of an object: of the one that was constructed, whichever it inherits a method from. */
export function classNameOf(self: unknown): string {
  const { constructor: made } = Object(self) as { readonly constructor?: { readonly name?: unknown } };
  return typeof made?.name === 'string' ? made.name : '';
}
