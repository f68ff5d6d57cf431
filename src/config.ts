// SPDX-License-Identifier: Apache-2.0
// Options and environment → one resolved, frozen configuration. A value that cannot be used is named once, with the values
// that can, and the default holds.
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import type { FamilyMode } from './weaving/runtime.js';

/** What is switched together, after the guide's tables. */
export const families = [
  'stores',
  'buses',
  'aggregates',
  'snapshots',
  'checkpoints',
  'dead-letters',
  'outbox',
  'projections',
  'subscriptions',
] as const;
export type Family = (typeof families)[number];

const familyModes = ['auto', 'on', 'off'] as const satisfies readonly FamilyMode[];

/** Options of the instrumentation; plain JSON. */
export interface EventSourceInstrumentationConfig extends InstrumentationConfig {
  /**
   * Packages that are the target, by name. A module is woven only if its shape is the target's, whatever its name.
   * @default ['eventsource']
   */
  readonly moduleNames?: readonly string[] | undefined;
  /**
   * `auto` follows each object's `enableTracing`; `on` and `off` overrule it.
   * @default 'auto' for every family (projections are then off unless an object says otherwise)
   */
  readonly families?: Readonly<Partial<Record<Family, FamilyMode>>> | undefined;
  /**
   * One more span, `eventsource.event_bus.publish`, above the dispatch spans of the in-memory bus (decision N7).
   * @default false
   */
  readonly inMemoryPublishSpan?: boolean | undefined;
  /** Sets `eventsource.tenant.id` where events carry it (decision A7). @default true */
  readonly captureTenant?: boolean | undefined;
  /** Sets `eventsource.actor.id` where events carry it (decision A7). @default true */
  readonly captureActor?: boolean | undefined;
}

export interface ResolvedConfig {
  readonly enabled: boolean;
  readonly moduleNames: readonly string[];
  readonly families: Readonly<Record<Family, FamilyMode>>;
  readonly inMemoryPublishSpan: boolean;
  readonly captureTenant: boolean;
  readonly captureActor: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;
export type Complain = (complaint: string) => void;

const PREFIX = 'OTEL_INSTRUMENTATION_EVENTSOURCE_';

interface Source {
  /** How a complaint names the value. */
  readonly name: string;
  readonly value: unknown;
}

/** Options outrank the environment, the environment outranks the defaults. */
export function resolveConfig(
  given: EventSourceInstrumentationConfig,
  env: Environment,
  complain: Complain,
): ResolvedConfig {
  const options = readOptions(given, complain);
  const sources = (option: keyof EventSourceInstrumentationConfig, variable: string): readonly Source[] => [
    { name: `option ${option}`, value: options[option] },
    { name: PREFIX + variable, value: emptyIsUnset(env[PREFIX + variable]) },
  ];
  const flag = (option: keyof EventSourceInstrumentationConfig, variable: string, fallback: boolean) =>
    first(sources(option, variable), readFlag, fallback, complain);

  return Object.freeze({
    enabled: flag('enabled', 'ENABLED', true),
    moduleNames: Object.freeze(first(sources('moduleNames', 'MODULE_NAMES'), readNames, ['eventsource'], complain)),
    families: Object.freeze({
      ...allAuto(),
      ...readFamilies(`${PREFIX}FAMILIES`, splitPairs(emptyIsUnset(env[`${PREFIX}FAMILIES`])), complain),
      ...readFamilies('option families', options.families, complain),
    }),
    inMemoryPublishSpan: flag('inMemoryPublishSpan', 'IN_MEMORY_PUBLISH_SPAN', false),
    captureTenant: flag('captureTenant', 'CAPTURE_TENANT', true),
    captureActor: flag('captureActor', 'CAPTURE_ACTOR', true),
  });
}

/** Applications in JavaScript pass what they like. */
function readOptions(given: unknown, complain: Complain): EventSourceInstrumentationConfig {
  if (typeof given === 'object' && given !== null) return given;
  complain(`options: ${show(given)} is not usable; accepted: an object. Using the defaults.`);
  return {};
}

interface Reading<T> {
  readonly accepted: string;
  readonly read: (value: unknown) => T | undefined;
}

const readFlag: Reading<boolean> = {
  accepted: 'true or false',
  read(value) {
    const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
    if (text === true || text === 'true') return true;
    return text === false || text === 'false' ? false : undefined;
  },
};

const readNames: Reading<readonly string[]> = {
  accepted: 'a list of package names (in the environment separated by commas)',
  read(value) {
    const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value;
    if (!Array.isArray(names) || names.length === 0) return undefined;
    return names.every((name) => typeof name === 'string' && name !== '') ? [...names] : undefined;
  },
};

/** The first source that has a usable value. One that has another is complained of, with what holds instead. */
function first<T>(sources: readonly Source[], reading: Reading<T>, fallback: T, complain: Complain): T {
  const [source, ...others] = sources;
  if (source === undefined) return fallback;
  const { name, value } = source;
  const usable = value === undefined ? undefined : reading.read(value);
  if (usable !== undefined) return usable;
  const holds = first(others, reading, fallback, complain);
  if (value !== undefined) {
    complain(`${name}: ${show(value)} is not usable; accepted: ${reading.accepted}. Using ${show(holds)}.`);
  }
  return holds;
}

function readFamilies(name: string, given: unknown, complain: Complain): Partial<Record<Family, FamilyMode>> {
  if (given === undefined) return {};
  const accepted = `accepted: ${families.join(', ')}, each with ${familyModes.join(', ')}`;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    complain(`${name}: ${show(given)} is not usable; ${accepted}. It is left out.`);
    return {};
  }
  const pairs = Object.entries(given).filter(([, mode]) => mode !== undefined);
  const unusable = pairs
    .filter((pair) => !isFamilyMode(pair))
    .map(([family, mode]) => show(`${family}=${textOf(mode)}`));
  if (unusable.length > 0) complain(`${name}: ${unusable.join(', ')} is not usable; ${accepted}. It is left out.`);
  return Object.fromEntries(pairs.filter(isFamilyMode));
}

function isFamilyMode(pair: [string, unknown]): pair is [Family, FamilyMode] {
  return (families as readonly string[]).includes(pair[0]) && (familyModes as readonly unknown[]).includes(pair[1]);
}

function splitPairs(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(',').map((pair) => {
    const [family = '', ...mode] = pair.split('=').map((part) => part.trim());
    return [family, mode.join('=')];
  });
  return Object.fromEntries(pairs);
}

function allAuto(): Record<Family, FamilyMode> {
  return Object.fromEntries(families.map((family) => [family, 'auto'])) as Record<Family, FamilyMode>;
}

/** As everywhere in OpenTelemetry: a variable that is set to nothing is not set. */
function emptyIsUnset(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : show(value);
}

function show(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value;
  }
}
