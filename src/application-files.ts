// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';

/** Paths from which the application's packages are resolved: its entry point, then the working directory. */
export function applicationFiles(): string[] {
  const [, entry] = process.argv;
  return [...(entry === undefined ? [] : [entry]), join(process.cwd(), 'package.json')];
}
