// SPDX-License-Identifier: Apache-2.0
// What a line of the sink holds, and that it stays one line whatever a record holds.
import assert from 'node:assert/strict';
import type { Attributes } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { jsonLine, textLine } from '../../src/log-sink/lines.js';
import type { WrittenRecord } from '../../src/weaving/written-record.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const bare: WrittenRecord = { logger: 'shop.stores', level: 'INFO', body: 'appended', attributes: {} };
const full: WrittenRecord = {
  logger: 'shop.stores',
  level: 'ERROR',
  body: 'not appended',
  attributes: { id: 'o-1', count: 2, ok: false, types: ['A', 'B c'], customer: 'Ann Lee' },
  exception: { type: 'Conflict', message: 'expected 1\nfound "2"', stacktrace: 'Conflict: expected 1\n    at save' },
  span: { traceId, spanId, traceFlags: 1 },
};
const parsed = (record: WrittenRecord) => JSON.parse(jsonLine(record));
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

describe('a record as JSON', () => {
  it('has time, level, logger, message, exception, attributes, and the ids of its span', () => {
    const { timestamp, ...rest } = parsed(full);
    assert.match(timestamp, TIME);
    assert.deepEqual(rest, {
      level: 'ERROR',
      logger: 'shop.stores',
      message: 'not appended',
      exception: 'Conflict: expected 1\n    at save',
      attributes: full.attributes,
      trace_id: traceId,
      span_id: spanId,
    });
  });

  it('has empty ids without a span, and no exception where there is none', () => {
    const { timestamp: _, ...rest } = parsed(bare);
    assert.deepEqual(rest, {
      level: 'INFO',
      logger: 'shop.stores',
      message: 'appended',
      attributes: {},
      trace_id: '',
      span_id: '',
    });
  });

  it('names the class of an exception whose stack calls it by another name, and does without a stack', () => {
    const exceptionOf = (exception: WrittenRecord['exception']) => parsed({ ...bare, exception }).exception;
    const stacktrace = 'Error: late\n    at save';
    assert.equal(exceptionOf({ type: 'Conflict', message: 'late', stacktrace }), `Conflict: ${stacktrace}`);
    assert.equal(exceptionOf({ type: 'Conflict', message: 'late' }), 'Conflict: late');
    assert.equal(exceptionOf({ type: 'Conflict', message: '' }), 'Conflict');
  });

  it('writes what JSON has no number for as text', () => {
    const attributes = { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: [1n] } as unknown as Attributes;
    assert.deepEqual(parsed({ ...bare, attributes }).attributes, { a: 'NaN', b: 'Infinity', c: ['1'] });
  });
});

describe('a record as text', () => {
  it('is one line of time, level, logger, ids, message, and pairs of keys and values', () => {
    const [time = '', ...rest] = textLine(full).split(' ');
    assert.match(time, TIME);
    assert.equal(
      rest.join(' '),
      `[ERROR] shop.stores trace_id=${traceId} span_id=${spanId} - not appended id=o-1 count=2 ok=false ` +
        'types=["A","B c"] customer="Ann Lee" exception="Conflict: expected 1\\nfound \\"2\\""\n',
    );
  });

  it('has empty ids without a span', () => {
    assert.match(textLine(bare), /Z \[INFO\] shop\.stores trace_id= span_id= - appended\n$/);
  });

  it('cannot be forged by a message or a value', () => {
    const line = textLine({ ...bare, body: 'one\ntwo\u001b[2J\u0085', attributes: { key: 'a other=b', more: '"' } });
    assert.match(line, / - one\\ntwo\\u001b\[2J\\u0085 key="a other=b" more="\\""\n$/);
  });
});

describe('a line of the sink', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  const record = fc.record({
    logger: fc.constant('shop'),
    level: fc.constant('INFO'),
    body: text,
    attributes: fc.dictionary(text, fc.oneof(text, fc.double(), fc.boolean(), fc.array(text))),
    exception: fc.option(fc.record({ type: text, message: text, stacktrace: text }), { nil: undefined }),
  });

  for (const [what, lineOf] of Object.entries({ JSON: jsonLine, text: textLine })) {
    it(`of ${what} is one line for every reader, whatever the record holds`, () => {
      fc.assert(
        fc.property(record, (any) => {
          const line = lineOf(any as WrittenRecord);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
          assert.doesNotMatch(line, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
          assert.equal(line.indexOf('\n'), line.length - 1);
          if (lineOf === jsonLine) assert.equal(JSON.parse(line).message, any.body);
        }),
      );
    });

    it(`of ${what} is at most 16,384 bytes long, the longest texts cut first`, () => {
      const texts = (each: string, length: number) => Array<string>(length).fill(each);
      for (const long of ['x'.repeat(4096), '€'.repeat(4096), '\u0001'.repeat(4096)]) {
        const exception = { type: 'Conflict', message: long, stacktrace: long.repeat(4) };
        for (const attributes of [{ long }, { a: long, b: long, c: texts(long, 50) }]) {
          const line = lineOf({ ...bare, body: long, attributes, exception });
          assert.ok(Buffer.byteLength(line) <= 16_384, `${Buffer.byteLength(line)} bytes`);
          if (lineOf === jsonLine) assert.equal(JSON.parse(line).logger, 'shop.stores');
        }
      }
      const line = lineOf({
        ...full,
        exception: { type: 'Conflict', message: 'late', stacktrace: `Conflict: late\n${'x'.repeat(16_384)}` },
      });
      assert.ok(line.includes('Ann Lee') && line.includes('late'));
    });
  }
});
