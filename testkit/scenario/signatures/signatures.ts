// SPDX-License-Identifier: Apache-2.0
import { busesAndRepositories } from './buses-and-repositories.js';
import { projectionsAndSubscriptions } from './projections-and-subscriptions.js';
import { storesAndAggregates } from './stores-and-aggregates.js';

/**
 * The parameters of the library's constructors (`new`) and methods by class: required ones positional, with `?` positional but
 * optional, those in braces in one options object at the end; `a|b` are two names of one parameter.
 */
export type Signatures = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const signatures: Signatures = {
  ...storesAndAggregates,
  ...busesAndRepositories,
  ...projectionsAndSubscriptions,
};
