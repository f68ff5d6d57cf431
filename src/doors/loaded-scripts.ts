// SPDX-License-Identifier: Apache-2.0
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { ownRequire } from '../own-require.js';

interface Script {
  readonly url: string;
  /** Scripts are numbered as they are compiled. */
  readonly number: number;
}

/** `file:` URLs of all that V8 has compiled: nothing else knows which ES modules are loaded, and what a test runner loads by itself. */
export function loadedScripts(): string[] {
  return filesOf(compiledScripts());
}

/** V8 lists a script as long as somebody holds a function of it. */
const marks: object[] = [];

/** Marks this moment: what it returns gives those of {@link loadedScripts} that had been compiled by then. */
export function scriptsUntilNow(): () => string[] {
  const filename = `opentelemetry-instrumentation-eventsource.mark.${marks.length}`;
  marks.push(compileFunction('', [], { filename }));
  return () => {
    const scripts = compiledScripts();
    const last = scripts.findLast(({ url }) => url === filename)?.number ?? 0;
    return filesOf(scripts.filter(({ number }) => number < last));
  };
}

/** Takes some ms, more where there are thousands. */
function compiledScripts(): Script[] {
  const scripts: Script[] = [];
  try {
    const { Session } = ownRequire()('node:inspector') as typeof import('node:inspector');
    const session = new Session();
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => {
      scripts.push({ url: params.url, number: Number(params.scriptId) });
    });
    session.post('Debugger.enable');
    session.disconnect();
  } catch {
    // A build of Node.js without an inspector, or one that does not allow it.
  }
  return scripts;
}

function filesOf(scripts: readonly Script[]): string[] {
  return scripts
    .map(({ url }) => (url.startsWith('/') ? pathToFileURL(url).href : url))
    .filter((url) => url.startsWith('file:'));
}
