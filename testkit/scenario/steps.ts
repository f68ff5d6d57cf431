// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';
import { context, propagation } from '@opentelemetry/api';
import { classNamesOf, toArguments } from './arguments.js';
import { construct, forLibrary } from './classes.js';
import { isCalled } from './errors.js';
import { lookUp, type Run } from './run.js';
import type { Parameters, Step, StepKinds } from './scenario.js';
import { evaluate, evaluateEach } from './values.js';

const BACKGROUND_START_MS = 50;
const POLL_MS = 10;
const DEFAULT_WAIT_SECONDS = 20;

/** What each kind of step does (README.md, Steps); the returned value is what `as` remembers. */
const kinds: { [K in keyof StepKinds]: (step: StepKinds[K], run: Run) => unknown } = {
  new: (step, run) => construct(step.new, step.with ?? {}, run),
  call: (step, run) => invoke(step.call, step.with, run),
  iterate,
  raise(step, run) {
    const aggregate = lookUp(step.raise, run) as { applyEvent(event: unknown, isNew: boolean): void };
    aggregate.applyEvent(evaluate(step.event, run), true);
  },
  span: openSpan,
  parallel: runBranches,
  background: startInBackground,
  wait,
  check,
};

/** Where an error of a step came from, for the message of a failed scenario. */
export const originOf = new WeakMap<object, string>();

/**
 * Runs steps in order, each awaited before the next.
 *
 * @param path numbers of the steps around these, such as `3.`
 * @throws the very error of the step that failed: inside a handler it belongs to the library
 */
export async function runSteps(steps: readonly Step[], run: Run, path = ''): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const number = `${path}${index + 1}`;
    try {
      const result = await runStep(step, run, `${number}.`);
      if (step.as !== undefined) run.objects.set(step.as, result);
    } catch (error) {
      if (typeof error === 'object' && error !== null && !originOf.has(error)) originOf.set(error, `step ${number}`);
      throw error;
    }
  }
}

async function runStep(step: Step, run: Run, path: string): Promise<unknown> {
  const kind = Object.keys(kinds).find((name) => Object.hasOwn(step, name)) as keyof StepKinds | undefined;
  if (kind === undefined) throw new Error(`unknown step with the keys ${Object.keys(step).join(', ')}`);
  const execute = kinds[kind] as (step: Step, run: Run, path: string) => unknown;
  if (step.throws === undefined) return execute(step, run, path);
  const error = await errorOf(() => execute(step, run, path));
  if (!isCalled(error, step.throws))
    throw new Error(`expected ${step.throws}, got ${inspect(error)}`, { cause: error });
  return error;
}

async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Calls `object.method` with named parameters. */
function invoke(target: string, parameters: Parameters | undefined, run: Run): unknown {
  const dot = target.lastIndexOf('.');
  const method = target.slice(dot + 1);
  const object = lookUp(target.slice(0, dot), run);
  const callable = (object as Record<string, unknown> | null | undefined)?.[method];
  if (typeof callable !== 'function') throw new Error(`${target} is not a method`);
  const classNames = classNamesOf(object as object);
  const named = forLibrary(classNames[0] ?? '', evaluateEach(parameters, run), run);
  return Reflect.apply(callable, object, toArguments(classNames, method, named));
}

async function iterate(step: StepKinds['iterate'], run: Run, path = ''): Promise<number> {
  let seen = 0;
  for await (const _ of invoke(step.iterate, step.with, run) as AsyncIterable<unknown>) {
    seen += 1;
    await runSteps(step.body ?? [], run, path);
    if (seen === step.take) break;
  }
  return seen;
}

function openSpan(step: StepKinds['span'], run: Run, path = ''): Promise<void> {
  const active = context.active();
  const current = propagation.getBaggage(active) ?? propagation.createBaggage();
  const baggage = Object.entries(evaluateEach(step.baggage, run)).reduce(
    (entries, [key, value]) => entries.setEntry(key, { value: String(value) }),
    current,
  );
  const parent = step.baggage ? propagation.setBaggage(active, baggage) : active;
  return context.with(parent, () => run.telemetry.inSpan(step.span, {}, () => runSteps(step.steps, run, path)));
}

async function runBranches(step: StepKinds['parallel'], run: Run, path = ''): Promise<void> {
  const branches = step.parallel.map((steps, index) => runSteps(steps, run, `${path}${index + 1}.`));
  const failed = (await Promise.allSettled(branches)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function startInBackground(step: StepKinds['background'], run: Run): Promise<void> {
  const errors: unknown[] = [];
  const call = async () => void (await invoke(step.background, step.with, run));
  const settled = call().catch((error: unknown) => void errors.push(error));
  run.background.push({ name: step.background, settled, errors });
  await sleep(BACKGROUND_START_MS);
}

async function wait(step: StepKinds['wait'], run: Run): Promise<void> {
  const seconds = step.seconds ?? DEFAULT_WAIT_SECONDS;
  const deadline = Date.now() + seconds * 1000;
  const callsOf = (name: string) => Number((lookUp(name, run) as { calls?: number } | undefined)?.calls ?? 0);
  const behind = () => Object.entries(step.wait).filter(([name, calls]) => callsOf(name) < calls);
  for (let late = behind(); late.length > 0; late = behind()) {
    throwBackgroundErrors(run);
    if (Date.now() > deadline) {
      const counts = late.map(([name, calls]) => `${name} has ${callsOf(name)} of ${calls} calls`);
      throw new Error(`after ${seconds} s ${counts.join(', ')}`);
    }
    await sleep(POLL_MS);
  }
  await run.telemetry.quiet(deadline);
  throwBackgroundErrors(run);
}

function throwBackgroundErrors({ background }: Run): void {
  for (const { name, errors } of background) {
    if (errors.length > 0) throw new Error(`${name} failed in the background`, { cause: errors[0] });
  }
}

function check(step: StepKinds['check'], run: Run): void {
  const [actual, expected] = [evaluate(step.check, run), evaluate(step.is, run)].map(plain);
  if (isDeepStrictEqual(actual, expected)) return;
  const failure = new Error(
    `check of ${JSON.stringify(step.check)}: expected ${inspect(expected)}, got ${inspect(actual)}`,
  );
  run.failures.push(failure);
  throw failure;
}

/** A value as JSON has it, so that `null` and `undefined`, a map and an object, a class's object and a plain one are equal. */
function plain(value: unknown): unknown {
  const json = JSON.stringify(value, (_key, item: unknown) => (item instanceof Map ? Object.fromEntries(item) : item));
  return json === undefined ? null : JSON.parse(json);
}
