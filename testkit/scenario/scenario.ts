// SPDX-License-Identifier: Apache-2.0
/** A scenario file (README.md, A scenario). */
export interface Scenario {
  readonly name: string;
  readonly about?: string;
  readonly services: readonly string[];
  readonly steps: readonly Step[];
}

/** Values by parameter name, not evaluated yet. */
export type Parameters = Readonly<Record<string, unknown>>;

/** The kinds of steps by the key that tells them (README.md, Steps). */
export interface StepKinds {
  new: { readonly new: string; readonly with?: Parameters };
  call: { readonly call: string; readonly with?: Parameters };
  iterate: {
    readonly iterate: string;
    readonly with?: Parameters;
    readonly take?: number;
    readonly body?: readonly Step[];
  };
  raise: { readonly raise: string; readonly event: unknown };
  span: {
    readonly span: string;
    readonly baggage?: Readonly<Record<string, unknown>>;
    readonly steps: readonly Step[];
  };
  parallel: { readonly parallel: readonly (readonly Step[])[] };
  background: { readonly background: string; readonly with?: Parameters };
  wait: { readonly wait: Readonly<Record<string, number>>; readonly seconds?: number };
  check: { readonly check: unknown; readonly is: unknown };
}

export type Step = StepKinds[keyof StepKinds] & {
  /** The name under which the step's result is remembered. */
  readonly as?: string;
  /** The class name of the error that the step must throw. */
  readonly throws?: string;
};
