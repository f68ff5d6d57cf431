// SPDX-License-Identifier: Apache-2.0
// What holds for the instruments and log records of all libraries together: one vocabulary.
import assert from 'node:assert/strict';
import { SPAN_COMMAND, SPAN_LOAD, SPAN_PROJECTION, SPAN_PUBLISH, SPAN_QUERY } from '../../src/conventions/spans.js';
import { catalogue, type LibraryEntry } from '../../src/libraries/index.js';
import { everyRow } from '../../src/weaving/every-row.js';
import type { Severity } from '../../src/weaving/signals.js';

const libraries = (catalogue as readonly LibraryEntry[]).map((entry) => entry.load());
const rows = libraries.flatMap(({ key, aspects }) => everyRow(aspects).map((row) => ({ key, row })));
const measurements = rows.flatMap(({ key, row }) => (row.metrics ?? []).map((measurement) => ({ key, measurement })));
const others = rows.filter(({ key }) => key !== 'eventsource');

describe('the instruments of all libraries', () => {
  it('are one value for each name, so that they are the same in all of them', () => {
    const instruments = new Set(measurements.map(({ measurement: { instrument } }) => instrument));
    const names = new Set([...instruments].map(({ name }) => name));
    assert.equal(names.size, instruments.size);
  });

  it('are those of eventsource in every other library, but for commands and queries, which it has not', () => {
    const own = new Set(
      measurements.flatMap(({ key, measurement: { instrument } }) => (key === 'eventsource' ? instrument : [])),
    );
    const further = measurements.filter(({ measurement: { instrument } }) => !own.has(instrument));
    assert.deepEqual([...new Set(further.map(({ measurement: { instrument } }) => instrument.name))].sort(), [
      'eventsource.command.duration',
      'eventsource.query.duration',
    ]);
    for (const { key } of libraries)
      assert.ok(
        measurements.some((each) => each.key === key),
        key,
      );
  });

  it('have no id among the attributes that another library gives them, nor anything else without bound', () => {
    const given = others.flatMap(({ row }) =>
      (row.metrics ?? []).flatMap(({ attributes = {} }) => Object.keys(attributes)),
    );
    assert.deepEqual([...new Set(given)].sort(), [
      'error.type',
      'event.type',
      'eventsource.aggregate.type',
      'eventsource.command.type',
      'eventsource.component',
      'eventsource.event.type',
      'eventsource.projection.name',
      'eventsource.query.type',
      'eventsource.snapshot.outcome',
      'eventsource.subscription.name',
      'status',
      'subscription',
    ]);
  });

  it('are at most one histogram of a row, and of those counters that count the same ends at most one', () => {
    for (const { key, row } of others) {
      const names = (row.metrics ?? []).map(({ instrument: { name } }) => name);
      assert.equal(new Set(names).size, names.length, `${key}: ${names.join()}`);
      // The guide has three for one delivery, which a row gives all or none of.
      const ofGuide = names.filter((name) => name.startsWith('subscription.'));
      assert.ok([0, 3].includes(ofGuide.length), key);
      const further = (row.metrics ?? []).filter(({ instrument: { name } }) => !ofGuide.includes(name));
      const kinds = further.map(({ instrument: { kind }, on }) => `${kind} ${on}`);
      assert.ok(kinds.filter((kind) => kind.startsWith('histogram')).length <= 1, key);
      assert.equal(new Set(kinds).size, kinds.length, `${key}: ${kinds.join()}`);
    }
  });

  it('count a command by its outermost call, in every row that gives it a span', () => {
    const commands = rows.filter(({ row }) => row.span === SPAN_COMMAND);
    assert.deepEqual([...new Set(commands.map(({ key }) => key))].sort(), ['castore', 'emmett', 'nestjs-cqrs']);
    for (const { key, row } of commands) {
      const outermost = (row.metrics ?? []).filter((measurement) => measurement.outermost);
      assert.deepEqual(
        outermost.map(({ instrument: { name } }) => name),
        ['eventsource.command.duration'],
        key,
      );
    }
  });

  it('are the same for a span of the same name, whatever library it is of', () => {
    const measured: Readonly<Record<string, string>> = {
      [SPAN_COMMAND]: 'eventsource.command.duration',
      [SPAN_QUERY]: 'eventsource.query.duration',
      [SPAN_LOAD]: 'eventsource.load.events',
      [SPAN_PROJECTION]: 'eventsource.projection.duration',
    };
    for (const [span, instrument] of Object.entries(measured)) {
      const same = rows.filter(({ row }) => row.span === span);
      assert.ok(same.length > 0, span);
      for (const { key, row } of same) {
        assert.ok(
          row.metrics?.some(({ instrument: { name } }) => name === instrument),
          `${key}: ${span}`,
        );
      }
    }
  });

  it('let what an event leads to count as a command of its own, in every row that publishes', () => {
    const publishing = others.filter(({ row }) => row.span === SPAN_PUBLISH);
    assert.ok(publishing.length > 3);
    for (const { key, row } of publishing) assert.equal(row.apart, true, key);
  });
});

describe('the log records of all libraries', () => {
  const records = rows.flatMap(({ key, row }) => (row.logs ?? []).map((record) => ({ key, record })));

  it('have one severity for one text, whichever library tells it, and those that are shared are of eventsource', () => {
    const severities = new Map<string, Set<Severity>>();
    const own = new Set<unknown>();
    for (const { key, record } of records) {
      const text = `${record.logger.replace(/^(eventsource\.\w+).*$/, '$1')} ${String(record.body)}`;
      severities.set(text, (severities.get(text) ?? new Set()).add(record.severity));
      if (key === 'eventsource') own.add(record.body);
    }
    assert.deepEqual(
      [...severities].filter(([, of]) => of.size > 1),
      [],
    );
    const further = records.filter(({ record }) => !own.has(record.body)).map(({ record }) => record.body);
    assert.deepEqual([...new Set(further)].sort(), [
      'command failed',
      'command handled',
      'command handled after failed attempts',
      'query failed',
      'query handled',
    ]);
  });
});
