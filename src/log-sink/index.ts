// SPDX-License-Identifier: Apache-2.0
// Log records on stderr, for people without a log back end. It must cost the application nothing but the lines: a slow reader
// loses records, and a stderr that fails ends the sink.
import { writeToStderr } from '../stderr.js';
import { PACKAGE_NAME } from '../version.js';
import { diag } from '../weaving/diag.js';
import { ignoringErrors } from '../weaving/telling.js';
import type { LogSink, WrittenRecord } from '../weaving/written-record.js';
import { jsonLine, type LineOf, textLine } from './lines.js';

const formats = { none: undefined, text: textLine, json: jsonLine } as const;
export type LogSinkFormat = keyof typeof formats;
export const logSinkFormats = Object.keys(formats) as readonly LogSinkFormat[];

/** Bytes that may wait for the reader of stderr; what comes after them is left out and counted. */
const MOST_WAITING = 1_048_576;

/** Of the one stderr of the process, whatever its format. */
let broken = false;
let leftOut = 0;

/** The sink of that format; `undefined` for `none`. */
export function logSink(format: LogSinkFormat): LogSink | undefined {
  const lineOf = formats[format];
  return lineOf && ((record) => write(record, lineOf));
}

function write(record: WrittenRecord, lineOf: LineOf): void {
  if (broken) return;
  if (isFull()) {
    leftOut++;
    return;
  }
  if (leftOut > 0) writeToStderr(lineOf(ofThoseLeftOut(leftOut)), giveUp);
  leftOut = 0;
  writeToStderr(lineOf(record), giveUp);
}

/** Once full it stays so until half of it is read, so that what was left out is not told at every other line. */
function isFull(): boolean {
  return process.stderr.writableLength > (leftOut > 0 ? MOST_WAITING / 2 : MOST_WAITING);
}

function ofThoseLeftOut(count: number): WrittenRecord {
  const body = 'log records were left out: stderr is read too slowly';
  return { logger: PACKAGE_NAME, level: 'WARN', body, attributes: { 'records.left_out': count } };
}

/** Nobody can be told but whoever listens to `diag`. */
function giveUp(fault: unknown): void {
  if (broken) return;
  broken = true;
  ignoringErrors(() => diag.warn(`${PACKAGE_NAME}: no more log records on stderr, which cannot be written:`, fault));
}
