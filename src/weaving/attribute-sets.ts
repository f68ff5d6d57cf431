// SPDX-License-Identifier: Apache-2.0
// The attributes of measurements. Every set of values is made once and shared from then on, and their number is bounded: what an
// application chooses (types of events, names of handlers) may be anything, and each new value is a new time series to pay for.
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { Call } from './call.js';
import { type Step, stepValue } from './recipes.js';

/** Stands for all values beyond the limit. */
export const OVERFLOW = '__overflow__';

/** Says which values of an attribute an instrument has a series for. */
export interface Governor {
  /** The value, or {@link OVERFLOW} where the attribute has too many others already. */
  admit(key: string, value: AttributeValue): AttributeValue;
}

/**
 * @param limit values of one attribute of one instrument
 * @param onOverflow called once for each attribute that has more
 */
export function createGovernor(limit: () => number, onOverflow: (key: string) => void): Governor {
  const admitted = new Map<string, Set<AttributeValue>>();
  const overflown = new Set<string>();
  return {
    admit(key, value) {
      const values = admitted.get(key) ?? new Set();
      admitted.set(key, values);
      if (values.has(value)) return value;
      if (values.size < limit()) {
        values.add(value);
        return value;
      }
      if (!overflown.has(key)) {
        overflown.add(key);
        onOverflow(key);
      }
      return OVERFLOW;
    },
  };
}

interface Node {
  readonly below: Map<AttributeValue | undefined, Node>;
  attributes: Attributes | undefined;
}

/** Gives the shared attributes of a call; nothing is allocated for values that were there before. */
export type AttributeSets = (call: Call) => Attributes;

export function attributeSets(steps: readonly Step[], governor: Governor): AttributeSets {
  const root = newNode();
  const varying = steps.filter(({ read }) => read !== undefined);
  const constants: Attributes = {};
  for (const { key, constant, read } of steps) if (read === undefined) constants[key] = constant;

  return (call) => {
    let node = root;
    for (let i = 0; i < varying.length; i++) node = child(node, varying[i] as Step, call);
    node.attributes ??= madeOf(call);
    return node.attributes;
  };

  function child(node: Node, step: Step, call: Call): Node {
    const value = stepValue(step, call);
    const known = node.below.get(value);
    if (known !== undefined) return known;
    // A value that is not admitted leads to the node of all of them, and is not kept itself.
    const admitted = value === undefined ? value : governor.admit(step.key, value);
    const below = node.below.get(admitted) ?? newNode();
    node.below.set(admitted, below);
    return below;
  }

  function madeOf(call: Call): Attributes {
    const attributes = { ...constants };
    for (const step of varying) {
      const value = stepValue(step, call);
      if (value !== undefined) attributes[step.key] = governor.admit(step.key, value);
    }
    return Object.freeze(attributes);
  }
}

function newNode(): Node {
  return { below: new Map(), attributes: undefined };
}
