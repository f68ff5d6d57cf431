// SPDX-License-Identifier: Apache-2.0
// Texts of an application in telemetry, in bounded length: one message of 5 MB can make a collector refuse a whole batch.
import type { Attributes, AttributeValue } from '@opentelemetry/api';

/** Characters, of a message, of a stack, and of any other text. */
export const LONGEST_MESSAGE = 4096;
export const LONGEST_STACK = 16_384;
const LONGEST_LIST = 50;

/** The beginning of a text, with `…` in the place of what is left out. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // Not between the halves of a surrogate pair: half a character cannot be encoded.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(length - 2)) ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}

/** The same attributes with what is too long in them cut: texts, and lists after 50 entries. */
export function cutAttributes(attributes: Attributes): Attributes {
  for (const key in attributes) {
    const value = attributes[key];
    if (typeof value === 'string') attributes[key] = cut(value, LONGEST_MESSAGE);
    else if (Array.isArray(value)) attributes[key] = cutList(value);
  }
  return attributes;
}

function cutList(list: readonly unknown[]): AttributeValue {
  const texts = list
    .slice(0, LONGEST_LIST)
    .map((each) => (typeof each === 'string' ? cut(each, LONGEST_MESSAGE) : each));
  return (list.length > LONGEST_LIST ? [...texts, '…'] : texts) as AttributeValue;
}
