// SPDX-License-Identifier: Apache-2.0
// Everything public, nothing else.
export type { EventSourceInstrumentationConfig, Family } from './config.js';
export { weave } from './doors/by-hand.js';
export { EventSourceInstrumentation } from './instrumentation.js';
export type { FamilyMode } from './weaving/runtime.js';
export type { SlotState } from './weaving/slots.js';
export type { WeaveReport } from './weaving/weaver.js';
