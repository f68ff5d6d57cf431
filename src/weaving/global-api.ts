// SPDX-License-Identifier: Apache-2.0
// `context` and `propagation` of the API, for a manager and a propagator that any copy of it has registered.
import {
  type ContextAPI,
  defaultTextMapGetter,
  defaultTextMapSetter,
  type PropagationAPI,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { registered } from './registered.js';

export const context: Pick<ContextAPI, 'active' | 'with'> = {
  active: () => registered().context?.active() ?? ROOT_CONTEXT,
  with(active, called, self, ...args) {
    const manager = registered().context;
    return manager === undefined ? Reflect.apply(called, self, args) : manager.with(active, called, self, ...args);
  },
};

export const propagation: Pick<PropagationAPI, 'inject' | 'extract' | 'fields'> = {
  inject: (active, carrier, setter = defaultTextMapSetter) => registered().propagation?.inject(active, carrier, setter),
  extract: (active, carrier, getter = defaultTextMapGetter) =>
    registered().propagation?.extract(active, carrier, getter) ?? active,
  fields: () => registered().propagation?.fields() ?? [],
};
