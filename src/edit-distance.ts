// SPDX-License-Identifier: Apache-2.0
// How far two names are apart. A letter more or less is one; one instead of another, or two that have changed places, are two.

/** How many letters are to be put in and taken out to make one text from another. */
export function differences(from: string, text: string): number {
  return distances(from, text).at(-1) ?? 0;
}

/** How many letters are to be put in and taken out to make each beginning of a text from another text. */
export function distances(from: string, text: string): number[] {
  let row = Array.from({ length: text.length + 1 }, (_, length) => length);
  for (const letter of from) {
    const next = [(row[0] ?? 0) + 1];
    for (let length = 1; length < row.length; length++) {
      const [before = 0, above = 0] = [row[length - 1], row[length]];
      next.push(letter === text[length - 1] ? before : 1 + Math.min(above, next[length - 1] ?? 0));
    }
    row = next;
  }
  return row;
}
