// SPDX-License-Identifier: Apache-2.0
// What the probe writes is read by the doctor and by nobody else: it holds secrets of the process, and should the doctor be killed, its
// file remains. The key is in the memory of the two alone.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Report } from './report.js';

export interface Sealed {
  readonly report: Report;
  /** What must not be shown, as the environment of the process had it. */
  readonly secrets: readonly string[];
}

const CIPHER = 'aes-256-gcm';
const KEY = 32;
const NONCE = 12;
const TAG = 16;

export function newKey(): string {
  return randomBytes(KEY).toString('hex');
}

export function seal(sealed: Sealed, key: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, Buffer.from(key, 'hex'), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(sealed), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Throws where it is not whole. */
export function unseal(bytes: Buffer, key: string): Sealed {
  const decipher = createDecipheriv(CIPHER, Buffer.from(key, 'hex'), bytes.subarray(0, NONCE));
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8'));
}
