// SPDX-License-Identifier: Apache-2.0
// Levels of loggers: what is written, what is complained of, and which level holds for which logger.
import assert from 'node:assert/strict';
import { type EventSourceInstrumentationConfig, resolveConfig } from '../../src/config.js';
import { type LogLevels, namesOfNoLogger, severityFrom } from '../../src/log-levels.js';

const VARIABLE = 'OTEL_INSTRUMENTATION_EVENTSOURCE_LOG_LEVEL';
const accepted =
  'accepted: trace, debug, info, warn, error, fatal, off, each for all loggers or as logger=level. It is left out.';

function resolve(logLevel: unknown, text?: string): { levels: LogLevels; complaints: string[] } {
  const complaints: string[] = [];
  const options = { logLevel } as EventSourceInstrumentationConfig;
  const { logLevels } = resolveConfig(options, { [VARIABLE]: text }, (said) => complaints.push(said));
  return { levels: logLevels, complaints };
}

describe('option logLevel', () => {
  it('takes a level for all, levels by logger, as text or as object, in whatever case, also as Python calls them', () => {
    for (const [option, levels] of [
      ['debug', { default: 'debug' }],
      ['off', { default: 'off' }],
      [' WARN ', { default: 'warn' }],
      ['WARNING,shop.bus=critical', { default: 'warn', 'shop.bus': 'fatal' }],
      ['shop.bus=trace', { default: 'info', 'shop.bus': 'trace' }],
      ['shop.bus = trace , error', { default: 'error', 'shop.bus': 'trace' }],
      [
        { default: 'fatal', 'shop.bus': 'Off' },
        { default: 'fatal', 'shop.bus': 'off' },
      ],
      [{ 'shop.bus': undefined }, { default: 'info' }],
      [{}, { default: 'info' }],
    ] as const) {
      assert.deepEqual(resolve(option), { levels, complaints: [] });
      if (typeof option === 'string') assert.deepEqual(resolve(undefined, option), { levels, complaints: [] });
    }
  });

  it('outranks the variable, logger by logger', () => {
    const variable = 'warn,shop.stores=debug,shop.bus=off';
    const { levels, complaints } = resolve({ 'shop.bus': 'info' }, variable);
    assert.deepEqual(levels, { default: 'warn', 'shop.stores': 'debug', 'shop.bus': 'info' });
    assert.deepEqual(complaints, []);
  });

  it('is named in one warning with what is accepted, whatever is wrong and however much; the rest holds', () => {
    for (const [text, named] of [
      ['loud', ['loud']],
      ['loud,shop.bus=debug', ['loud']],
      ['shop.stores=loud,shop.bus=debug', ['shop.stores=loud']],
      ['shop.stores=,shop.bus=debug,=info', ['shop.stores=', '=info']],
      ['shop.bus=debug,shop.stores=debug=off', ['shop.stores=debug=off']],
      ['info,debug,shop.bus=debug', ['debug again']],
      ['shop.bus=debug,shop.bus=info', ['shop.bus=info again']],
      ['info,', ['']],
      ['info,shop.Bus', ['shop.Bus']],
      ['constructor', ['constructor']],
    ] as const) {
      const { levels, complaints } = resolve(undefined, text);
      const expected = text.includes('shop.bus=debug') ? { 'shop.bus': 'debug' } : {};
      assert.deepEqual(levels, { default: 'info', ...expected }, text);
      const what = named.map((each) => JSON.stringify(each)).join(', ');
      assert.deepEqual(complaints, [`${VARIABLE}: ${what} is not usable; ${accepted}`]);
    }
    const throwing = {
      get 'shop.bus'(): string {
        throw new Error('not ready');
      },
    };
    for (const option of [3, null, true, ['info'], () => 'info', Symbol('s'), throwing]) {
      const { levels, complaints } = resolve(option, 'debug');
      assert.deepEqual(levels, { default: 'debug' });
      assert.equal(complaints.length, 1);
      assert.match(complaints[0] ?? '', /^option logLevel: .* is not usable; accepted: trace, debug/);
    }
    const { levels, complaints } = resolve({ default: 5, 'shop.bus': null, 'shop.stores': 'warn' });
    assert.deepEqual(levels, { default: 'info', 'shop.stores': 'warn' });
    assert.deepEqual(complaints, [`option logLevel: "5", "shop.bus=null" is not usable; ${accepted}`]);
  });
});

describe('the level of a logger', () => {
  it('is its own, else that of the nearest above it, else the default', () => {
    const of = severityFrom({ default: 'error', shop: 'warn', 'shop.bus': 'debug', 'shop.bus.kafka': 'off' });
    const severities = [
      ['shop', 13],
      ['shop.stores.sqlite', 13],
      ['shop.bus', 5],
      ['shop.bus.redis.consumer', 5],
      ['shop.bus.kafka.consumer', Number.POSITIVE_INFINITY],
      ['shop.busses', 13],
      ['shopping', 17],
      ['constructor', 17],
      ['', 17],
    ] as const;
    for (const _ of ['first', 'remembered']) {
      assert.deepEqual(
        severities.map(([logger]) => [logger, of(logger)]),
        severities,
      );
    }
    assert.equal(severityFrom({})('shop'), 9);
  });

  it('that nobody has is found, a dot between levels of the hierarchy, unless a logger is at or below it', () => {
    const known = ['shop.bus.kafka', 'shop.stores'];
    const levels: LogLevels = {
      default: 'info',
      shop: 'info',
      'shop.bus': 'info',
      'shop.bus.kafka': 'info',
      'shop.bu': 'info',
      'shop.bus.kafka.consumer': 'info',
      'other.store': 'info',
    };
    assert.deepEqual(namesOfNoLogger(levels, known, []), ['shop.bu', 'shop.bus.kafka.consumer', 'other.store']);
    assert.deepEqual(namesOfNoLogger(levels, known, ['other']), ['shop.bu', 'shop.bus.kafka.consumer']);
  });
});
