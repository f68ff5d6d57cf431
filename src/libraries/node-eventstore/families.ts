// SPDX-License-Identifier: Apache-2.0
// What is switched together.

export const families = { stores: 'auto', aggregates: 'auto', snapshots: 'auto', buses: 'auto' } as const;
