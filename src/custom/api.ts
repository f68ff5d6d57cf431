// SPDX-License-Identifier: Apache-2.0
// The API, where it is installed. Where it is not, components do their work and there is no telemetry of them.
import type { Context } from '@opentelemetry/api';
import { ownRequire } from '../own-require.js';
import { registered } from '../weaving/registered.js';
import bundled from './bundled-api.cjs';

export const api = bundled ?? required();

function required(): typeof bundled {
  try {
    return ownRequire()('@opentelemetry/api');
  } catch {
    return undefined;
  }
}

/** Of the context manager that is registered, by whatever copy of the API. */
export function activeContext({ ROOT_CONTEXT }: NonNullable<typeof api>): Context {
  return registered().context?.active() ?? ROOT_CONTEXT;
}
