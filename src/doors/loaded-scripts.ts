// SPDX-License-Identifier: Apache-2.0
import { pathToFileURL } from 'node:url';
import { ownRequire } from '../own-require.js';

/** `file:` URLs of all that V8 has compiled: nothing else knows which ES modules are loaded, and what a test runner loads by itself. */
export function loadedScripts(): string[] {
  const urls: string[] = [];
  try {
    const { Session } = ownRequire()('node:inspector') as typeof import('node:inspector');
    const session = new Session();
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url));
    session.post('Debugger.enable');
    session.disconnect();
  } catch {
    // A build of Node.js without an inspector, or one that does not allow it.
  }
  return urls
    .map((url) => (url.startsWith('/') ? pathToFileURL(url).href : url))
    .filter((url) => url.startsWith('file:'));
}
