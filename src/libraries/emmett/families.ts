// SPDX-License-Identifier: Apache-2.0
// What is switched together.

export const families = { stores: 'auto', commands: 'auto', buses: 'auto', processors: 'auto' } as const;
