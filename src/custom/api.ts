// SPDX-License-Identifier: Apache-2.0
// The API, where it is installed. Where it is not, components do their work and there is no telemetry of them.
import { ownRequire } from '../own-require.js';
import bundled from './bundled-api.cjs';

export const api = bundled ?? required();

function required(): typeof bundled {
  try {
    return ownRequire()('@opentelemetry/api');
  } catch {
    return undefined;
  }
}
