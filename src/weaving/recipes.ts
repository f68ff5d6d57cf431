// SPDX-License-Identifier: Apache-2.0
// Recipes made ready for calls: keys resolved to the convention in force, constants in their final form.
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { Call, Recipe } from './aspect.js';
import type { AttributeForm, RuntimeSettings } from './runtime-settings.js';

export interface Step {
  readonly key: string;
  readonly constant: AttributeValue | undefined;
  readonly read: ((call: Call) => unknown) | undefined;
  readonly form: AttributeForm['value'];
}

export function compileRecipe(settings: RuntimeSettings, recipe: Recipe<Call> | undefined): readonly Step[] {
  return Object.entries(recipe ?? {}).flatMap(([key, source]) =>
    settings.attribute(key).map((form): Step => {
      if (typeof source === 'function') return { key: form.key, constant: undefined, read: source, form: form.value };
      return { key: form.key, constant: form.value?.(source) ?? source, read: undefined, form: undefined };
    }),
  );
}

/** What a step gives for a call; `undefined` where there is nothing to set. Throws what its extractor throws. */
export function stepValue({ constant, read, form }: Step, call: Call): AttributeValue | undefined {
  const value = read === undefined ? constant : attributeValue(read(call));
  return value === undefined || form === undefined ? value : form(value);
}

/** All of them as one object, for log records; measurements share theirs, see attribute-sets.ts. */
export function attributesOf(steps: readonly Step[], call: Call): Attributes {
  const attributes: Attributes = {};
  for (const step of steps) {
    const value = stepValue(step, call);
    if (value !== undefined) attributes[step.key] = value;
  }
  return attributes;
}

/** Nothing for null and empty; integers that a double cannot hold as text. */
export function attributeValue(value: unknown): AttributeValue | undefined {
  switch (typeof value) {
    case 'string':
      return value === '' ? undefined : value;
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? String(value) : value;
    case 'boolean':
      return value;
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
    default:
      return listFrom(value);
  }
}

/** Entries of a list; an SDK looks at each of them, and there may be any number. */
const MOST_ENTRIES = 10_000;

/** What a caller passed may be a proxy that has been revoked, of which nothing can be asked. */
function listFrom(value: unknown): AttributeValue | undefined {
  try {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    return (value.length > MOST_ENTRIES ? value.slice(0, MOST_ENTRIES) : value) as AttributeValue;
  } catch {
    return undefined;
  }
}
