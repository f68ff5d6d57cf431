// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/** The namespace of every UUID that a scenario names by a text (README.md, Values). */
export const SCENARIO_NAMESPACE = '5e1f0c52-3a4b-5d6e-8f70-0123456789ab';

/** The version 5 UUID (RFC 9562, section 5.5) of `text` in `namespace`. */
export function uuidV5(text: string, namespace: string = SCENARIO_NAMESPACE): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(text)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
