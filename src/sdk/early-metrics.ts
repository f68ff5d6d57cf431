// SPDX-License-Identifier: Apache-2.0
// The API has a proxy for tracers that are made before there is a provider, and none for instruments: they would do nothing
// for ever. While an SDK waits, what the API gives for want of a provider makes instruments that wait, too.
import type { MeterProvider } from '@opentelemetry/api';
import { registered } from '../weaving/registered.js';
import type { Api } from './api-copies.js';
import { earlyMeter } from './early-instruments.js';
import { watchCalls } from './watch-calls.js';

/**
 * Keeps the instruments that are made from now on for whichever provider is there at their first measurement, or is
 * registered before.
 *
 * @param apis copies of the API
 * @param wake makes a provider where an SDK waits
 * @returns ends it; the instruments made until then go on looking for a provider
 */
export function keepEarlyInstruments(apis: readonly Pick<Api, 'metrics'>[], wake: () => void): () => void {
  const copies = [...new Set(apis.flatMap(({ metrics }) => metrics ?? []))];
  const find = () =>
    registered().metrics !== undefined
      ? copies.map((metrics) => metrics.getMeterProvider()).find((provider) => !isNoop(provider))
      : undefined;
  if (find() !== undefined) return () => {};

  const attaching = new Set<(provider: MeterProvider) => void>();
  const whenThere = (attach: (provider: MeterProvider) => void) => {
    const provider = find();
    if (provider === undefined) attaching.add(attach);
    else attach(provider);
  };
  const empty = new Set(copies.map((metrics) => metrics.getMeterProvider()));
  const stops = [...empty].map((provider) => meetEarly(provider, { find, wake, whenThere }));
  const unwatches = copies.map((metrics) => watchCalls(metrics, 'setGlobalMeterProvider', { after: attachAll }));
  return () => {
    for (const stop of stops) stop();
    attachAll();
  };

  function attachAll(): void {
    const provider = find();
    if (provider === undefined) return;
    for (const stop of [...stops, ...unwatches]) stop();
    for (const attach of attaching) attach(provider);
    attaching.clear();
  }
}

/** By name, since another copy of the API has another class. */
function isNoop(provider: MeterProvider): boolean {
  return provider.constructor.name === 'NoopMeterProvider';
}

function meetEarly(provider: MeterProvider, waiting: Parameters<typeof earlyMeter>[2]): () => void {
  const getMeter = provider.getMeter.bind(provider);
  const getEarlyMeter: MeterProvider['getMeter'] = (...args) => earlyMeter(getMeter(...args), args, waiting);
  Object.defineProperty(provider, 'getMeter', { value: getEarlyMeter, writable: true, configurable: true });
  return () => {
    if (provider.getMeter === getEarlyMeter) Reflect.deleteProperty(provider, 'getMeter');
  };
}
