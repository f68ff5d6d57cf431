// SPDX-License-Identifier: Apache-2.0
// A package of the target's name that is something else is left alone: property for property, in one debug line.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { observe, preloadFile } from '../../testkit/bare-and-woven.js';
import { onEachNode, root } from '../../testkit/child.js';
import { type Form, forms, programFile } from './programs/files.js';

const diag = preloadFile('record-diag');
const identity = JSON.stringify(programFile('identity'));

/** With a sub-path of the target's, so that it is not told by its package.json already. */
const manifest = (type: string) => {
  const exports = { '.': './index.js', './stores': './index.js' };
  return JSON.stringify({ name: 'eventsource', version: '9.0.0', type, exports });
};

/** Classes that the tables name, all with something that the target's do not have, or without something that they have. */
const classes = `
  class InMemoryEventStore { append(stream, events) { return events.length; } async getEvents(id) { return id; } }
  class SQLiteEventStore { appendEvents() {} getEvents() {} readStream() {} get readAll() { throw new Error('not yet'); } }
  class InMemoryEventBus { publish(...events) { return events.length; } async dispatchEvent(event) { return event; } }
  class AggregateRoot { loadFromHistory(history) { return history; } }
  class AggregateRepository { static load() {} save(aggregate) { return aggregate; } }
  class Projection { handle(event) { return event; } }
  class StartFromResolver { static resolve(from) { return from; } }
  class SubscriptionManager extends InMemoryEventBus { subscribe(handler) { return handler; } start() {} stop() {} }
  const InMemorySnapshotStore = Object.assign(() => 'an arrow function', { tag: 1 });
  function SQLiteSnapshotStore() { return new.target === undefined; }
  SQLiteSnapshotStore.prototype = null;
  const TransitionCoordinator = new Proxy(class {}, { get(target, key) { if (key === 'prototype') throw new Error('hostile'); return target[key]; } });
  const InMemoryOutboxRepository = { addEvent() {} };
  const LiveRunner = Object.freeze(class { start() {} stop() {} });
`;
const names = [...classes.matchAll(/^ {2}(?:class|const|function) (\w+)/gm)].map(([, name]) => name);
const harmless = names.filter((name) => name !== 'TransitionCoordinator');

const strangers = {
  esm: {
    'node_modules/eventsource/package.json': manifest('module'),
    'node_modules/eventsource/index.js': `${classes}\nexport { ${names.join(', ')} };`,
  },
  commonjs: {
    'node_modules/eventsource/package.json': manifest('commonjs'),
    'node_modules/eventsource/index.js': `${classes}\nmodule.exports = Object.freeze({ ${names.join(', ')} });`,
  },
} as const satisfies Record<Form, object>;

const mains = {
  esm: `
    import * as eventsource from 'eventsource';
    import { describedExports, textsOf } from ${identity};
    const { ${harmless.join(', ')} } = eventsource;
  `,
  commonjs: `
    const { describedExports, textsOf } = require(${identity});
    const { ${harmless.join(', ')} } = require('eventsource');
  `,
} as const satisfies Record<Form, string>;

const look = `
  const seen = { ${harmless.join(', ')} };
  console.log(JSON.stringify([describedExports(seen), textsOf(seen)]));
`;

describe('another package of the name eventsource', () => {
  for (const form of forms) {
    for (const target of forms) {
      onEachNode(`is left as it is: ${target}, loaded by ${form}`, async (node) => {
        const main = form === 'esm' ? 'main.mjs' : 'main.cjs';
        const load =
          form === 'esm' && target === 'commonjs' ? mains.esm.replace('* as eventsource', 'eventsource') : mains[form];
        const run = { node, main, files: { ...strangers[target], [main]: load + look } };
        const bare = await observe({ ...run, preload: 'bare' });
        const woven = await observe({ ...run, preload: 'recording', before: [diag] });
        assert.deepEqual([bare.code, bare.stderr], [0, '']);
        assert.deepEqual(JSON.parse(woven.stdout), JSON.parse(bare.stdout));
        assert.deepEqual({ ...woven, diag: [] }, bare);
        assert.deepEqual(woven.diag.map(levelOf), ['debug'], woven.diag.join('\n'));
      });
    }
  }

  onEachNode('that throws while it loads throws what it throws', async (node) => {
    const files = {
      'node_modules/eventsource/package.json': manifest('module'),
      'node_modules/eventsource/index.js':
        "export class Projection { handle() {} }\nthrow new TypeError('cannot load');",
      'main.mjs': `
        import { createRequire } from 'node:module';
        console.log(await import('eventsource').catch(String));
        try { createRequire(import.meta.url)('eventsource'); } catch (error) { console.log(String(error)); }
      `,
    };
    const run = { node, files, main: 'main.mjs' };
    const bare = await observe({ ...run, preload: 'bare' });
    assert.match(bare.stdout, /cannot load/);
    assert.deepEqual(await observe({ ...run, preload: 'recording' }), bare);
  });
});

describe('the SSE client of the name eventsource', () => {
  const installed = (name: string) => filesBelow(join(root, 'node_modules', name), `node_modules/${name}`);
  const client = {
    ...Object.fromEntries(
      Object.entries(installed('sse-client')).map(([path, text]) => [path.replace('sse-client', 'eventsource'), text]),
    ),
    ...installed('eventsource-parser'),
  };
  const use = `
    const source = new EventSource(process.env.SERVER);
    source.addEventListener('greeting', ({ type, data, lastEventId }) => {
      console.log(type, data, lastEventId);
      source.close();
      console.log(source.readyState, JSON.stringify([describedExports({ EventSource }), textsOf({ EventSource })]));
    });
  `;
  const applications = {
    esm: {
      'main.mjs': `import { EventSource } from 'eventsource'; import { describedExports, textsOf } from ${identity}; ${use}`,
    },
    commonjs: {
      'main.cjs': `
        const { EventSource } = require('eventsource');
        const { describedExports, textsOf } = require(${identity});
        ${use}
      `,
    },
  } as const satisfies Record<Form, Readonly<Record<string, string>>>;

  /** Under the name that it is packed under, and under one that an option names. */
  const beside = {
    'eventsource-ts': {},
    '@acme/events': { OTEL_INSTRUMENTATION_EVENTSOURCE_MODULE_NAMES: '@acme/events' },
  };
  const target = installed('eventsource');
  const named = (name: string) =>
    Object.fromEntries(
      Object.entries(target)
        .filter(([path]) => /\.(?:js|json)$/.test(path))
        .map(([path, text]) => [
          path.replace('node_modules/eventsource', `node_modules/${name}`),
          path.endsWith('eventsource/package.json') ? text.replace('"name": "eventsource"', `"name": "${name}"`) : text,
        ]),
    );
  const both = (name: string) => ({
    esm: `
      import * as client from 'eventsource';
      import { describedExports, textsOf } from ${identity};
      import { InMemoryEventStore } from '${name}/stores';
    `,
    commonjs: `
      const client = require('eventsource');
      const { describedExports, textsOf } = require(${identity});
      const { InMemoryEventStore } = require('${name}/stores');
    `,
  });

  for (const [name, env] of Object.entries(beside)) {
    for (const form of forms) {
      onEachNode(`is untouched where the target is ${name} beside it, which is traced, ${form}`, async (node) => {
        const main = form === 'esm' ? 'main.mjs' : 'main.cjs';
        const text = `
          ${both(name)[form]}
          const { EventSource, ErrorEvent } = client;
          new InMemoryEventStore().getEvents('00000000-0000-4000-8000-000000000001').then(({ events }) => {
            console.log(events.length, JSON.stringify([describedExports({ EventSource, ErrorEvent }), textsOf({ EventSource, ErrorEvent })]));
          });
        `;
        const run = { node, env, main, files: { ...client, ...named(name), [main]: text } };
        const bare = await observe({ ...run, preload: 'bare' });
        assert.match(bare.stdout, /^0 \[/);
        const woven = await observe({ ...run, preload: 'recording' });
        assert.deepEqual({ ...woven, spans: [] }, bare);
        assert.deepEqual(
          woven.spans.map((span) => span.name),
          ['in_memory_event_store.get_events'],
        );
      });
    }
  }

  for (const form of forms) {
    onEachNode(`works untouched, ${form}`, async (node) => {
      const server = createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: greeting\nid: 7\ndata: hello\n\n');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const env = { SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
        const [main = ''] = Object.keys(applications[form]);
        const run = { node, env, main, files: { ...client, ...applications[form] } };
        const bare = await observe({ ...run, preload: 'bare' });
        assert.match(bare.stdout, /^greeting hello 7\n2 /);
        const woven = await observe({ ...run, preload: 'recording', before: [diag] });
        assert.deepEqual({ ...woven, diag: [] }, bare);
        assert.deepEqual(woven.diag.map(levelOf), ['debug'], woven.diag.join('\n'));
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
  }
});

function filesBelow(folder: string, path: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? Object.entries(filesBelow(join(folder, entry.name), `${path}/${entry.name}`))
        : [[`${path}/${entry.name}`, readFileSync(join(folder, entry.name), 'utf8')]],
    ),
  );
}

function levelOf(line: string): string {
  return line.split(' ')[0] ?? '';
}
