// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { compareMetrics, compareSpans } from '../../../testkit/scenario/compare.js';
import type { MetricRow, SpanNode } from '../../../testkit/scenario/result.js';

const node = (name: string, rest: Partial<SpanNode> = {}): SpanNode => ({
  name,
  kind: 'INTERNAL',
  status: 'UNSET',
  attributes: {},
  ...rest,
});

describe('compareSpans', () => {
  it('takes siblings as sets with repetition', () => {
    const [one, two] = [node('load', { attributes: { n: 1 } }), node('load', { attributes: { n: 2 } })];
    assert.deepEqual(compareSpans([one, two, two], [two, one, two]), []);
    assert.deepEqual(compareSpans([one, two, two], [one, one, two]), ['load: attribute n: expected 2, got 1']);
  });

  it('says which span is missing and which is not expected', () => {
    const expected = [node('save', { children: [node('append')] })];
    const actual = [node('save', { children: [node('publish', { attributes: { n: 1 } })] })];
    assert.deepEqual(compareSpans(expected, actual), [
      'save > append: missing',
      'save > publish: not expected, with {"n":1}',
    ]);
  });

  it('says where, along the names, which fact differs', () => {
    const expected = [node('save', { children: [node('append', { status: 'ERROR', exceptions: ['OutOfStock'] })] })];
    const actual = [node('save', { children: [node('append', { links: ['handle'], scope: 'scenario' })] })];
    assert.deepEqual(compareSpans(expected, actual), [
      'save > append: status: expected "ERROR", got "UNSET"',
      'save > append: scope: expected nothing, got "scenario"',
      'save > append: exceptions: expected ["OutOfStock"], got nothing',
      'save > append: links: expected [], got ["handle"]',
    ]);
  });

  it('wants exactly the expected attributes, and never takes text for a number', () => {
    const expected = [node('save', { attributes: { version: 1, type: 'Order' } })];
    assert.deepEqual(compareSpans(expected, [node('save', { attributes: { version: 1.0, type: 'Order' } })]), []);
    assert.deepEqual(compareSpans(expected, [node('save', { attributes: { version: '1', more: true } })]), [
      'save: attribute more: expected nothing, got true',
      'save: attribute type: expected "Order", got nothing',
      'save: attribute version: expected 1, got "1"',
    ]);
  });

  it('takes any value that is present for <volatile>', () => {
    const expected = [node('consume', { attributes: { offset: '<volatile>' } })];
    assert.deepEqual(compareSpans(expected, [node('consume', { attributes: { offset: 12 } })]), []);
    assert.equal(compareSpans(expected, [node('consume')]).length, 1);
  });

  it('lets an actual node lack an open key or carry one of its values', () => {
    const expected = [node('save', { open: { 'save.success': [false, null] } })];
    assert.deepEqual(compareSpans(expected, [node('save')]), []);
    assert.deepEqual(compareSpans(expected, [node('save', { attributes: { 'save.success': false } })]), []);
    assert.deepEqual(compareSpans(expected, [node('save', { attributes: { 'save.success': true } })]), [
      'save: attribute save.success: expected [false,null], got true',
    ]);
  });

  it('finds the pairing that fits, where the first that comes does not', () => {
    const lenient = node('save', { open: { flag: [true] } });
    const strict = node('save');
    const flagged = node('save', { attributes: { flag: true } });
    assert.deepEqual(compareSpans([lenient, strict], [strict, flagged]), []);
    assert.deepEqual(compareSpans([lenient, strict], [flagged, strict]), []);
  });

  it('compares links as sets with repetition', () => {
    const links = (...names: string[]) => [node('process_event', { links: names })];
    assert.deepEqual(compareSpans(links('a', 'b'), links('b', 'a')), []);
    assert.equal(compareSpans(links('a', 'a'), links('a')).length, 1);
  });
});

describe('compareMetrics', () => {
  const counter = (name: string, value: number): MetricRow => ({
    name,
    type: 'counter',
    unit: '1',
    attributes: { p: '<volatile>' },
    value,
  });
  const gauge = (name: string): MetricRow => ({ name, type: 'gauge', unit: '1' });

  it('wants exactly the expected counters and histograms of the library', () => {
    const expected = [counter('subscription.events.processed', 2)];
    assert.deepEqual(compareMetrics(expected, expected), []);
    assert.equal(compareMetrics(expected, [counter('subscription.events.processed', 3)]).length, 2);
    assert.deepEqual(compareMetrics(expected, [...expected, counter('other', 1)]), []);
    assert.deepEqual(compareMetrics(expected, [...expected, counter('kafka.eventbus.reconnections', 1)]), []);
  });

  it('wants expected gauges and does not mind others', () => {
    const [lag, state] = [gauge('subscription.lag'), gauge('subscription.state')];
    assert.deepEqual(compareMetrics([lag], [lag, state]), []);
    assert.equal(compareMetrics([lag, state], [lag]).length, 1);
  });
});
