// SPDX-License-Identifier: Apache-2.0
// The HTTP requests with which the SDK exports. Its exporters try again for ten seconds and tell only the end of that; here
// it shows what went wrong, and what hangs can be given up.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { reasonOf } from './say.js';

export interface ExportRequests {
  /** Why the last one failed; `undefined` when none did, or one succeeded since. */
  readonly failure: string | undefined;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
  /** Ends those under way. */
  abandon(): void;
}

/** @param isExport whether the running code belongs to an export */
export function watchExportRequests(isExport: () => boolean): ExportRequests {
  const open = new Set<ClientRequest>();
  let failure: string | undefined;
  let waiting: (() => void)[] = [];

  const done = (request: ClientRequest) => {
    if (!open.delete(request) || open.size > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  subscribe('http.client.request.start', (message) => {
    if (!isExport()) return;
    const { request } = message as { request: ClientRequest };
    open.add(request);
    // What hangs must not hold an application that has finished; the flush at its end waits for it, within its limit.
    if (request.socket === null) request.once('socket', (socket) => socket.unref());
    else request.socket.unref();
    request.once('response', ({ statusCode = 0, statusMessage }: IncomingMessage) => {
      failure = statusCode < 400 ? undefined : `${statusCode} ${statusMessage} for ${request.method} ${request.path}`;
    });
    request.once('error', (error) => {
      failure = reasonOf(error);
    });
    request.once('close', () => done(request));
  });

  return {
    get failure() {
      return failure;
    },
    settled: () =>
      new Promise((resolve) => {
        if (open.size === 0) resolve();
        else waiting.push(resolve);
      }),
    abandon() {
      const before = failure;
      for (const request of open) request.destroy(new Error('given up'));
      failure = before;
    },
  };
}
