// SPDX-License-Identifier: Apache-2.0
// Two libraries in one process, through the real doors: each is woven by its own tables, and neither learns of the other.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { applicationWith, onEachNode, root, runNode, usePackages } from '../testkit/child.js';

const url = (path: string) => JSON.stringify(join(root, 'dist', path));

/** Prepares an engine for both libraries; the application finds it, and what was told to `diag`, as globals. */
const preload = `
  import { diag, DiagLogLevel, trace } from '@opentelemetry/api';
  import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
  import { resolveConfig } from ${url('src/config.js')};
  import { watchPackages } from ${url('src/doors/index.js')};
  import { createEngine } from ${url('src/engine.js')};
  import { catalogue } from ${url('src/libraries/index.js')};
  import { twoBuses, twoBusesEntry } from ${url('testkit/two-buses.js')};
  const told = [];
  const tell = (...words) => void told.push(words.join(' '));
  diag.setLogger({ debug: tell, info() {}, warn: tell, error: tell, verbose() {} }, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  const changed = JSON.parse(process.env.TWO_BUSES ?? '{}');
  const load = () => {
    told.push('tables are loaded');
    return { ...twoBuses, ...changed };
  };
  const known = [...catalogue, { ...twoBusesEntry, load }];
  const engine = createEngine(known);
  globalThis.configure = (options) => {
    engine.enable({ ...resolveConfig(options, {}, console.error, [twoBuses]), tables: [] });
  };
  configure(JSON.parse(process.env.OPTIONS ?? '{}'));
  engine.watch(watchPackages);
  globalThis.told = told;
  globalThis.inOrder = () => exporter.getFinishedSpans().map(({ name }) => name);
  globalThis.spans = () => exporter.getFinishedSpans().map(({ name, instrumentationScope }) => instrumentationScope.name + ' ' + name).sort();
`;

const use = `
  const ledger = new Ledger();
  await ledger.append([{ account: 'a', amount: 1 }]);
  for await (const _ of ledger.read()) ;
  await new EventBus('orders').publish([]);
  await new InMemoryEventStore().getEvents('a', {});
  console.log(JSON.stringify({ spans: globalThis.spans(), told: globalThis.told }));
`;
const extend = `
  class Memory extends Journal {
    async write(entry) {}
  }
  await openLedger(new Memory()).append([{ account: 'a', amount: 1 }]);
  if (!(new EventBus() instanceof EventBus)) throw new Error('of another class');
  console.log(JSON.stringify({ spans: globalThis.spans(), told: globalThis.told }));
`;
const applications = {
  'main.mjs': `
    import { InMemoryEventStore } from 'eventsource';
    import { EventBus, Ledger } from 'two-buses';
    ${use}`,
  'main.cjs': `
    const { InMemoryEventStore } = require('eventsource');
    const { EventBus, Ledger } = require('two-buses');
    (async () => { ${use} })();`,
  'one.mjs': `
    import { InMemoryEventStore } from 'eventsource';
    await new InMemoryEventStore().getEvents('a', {});
    console.log(JSON.stringify({ spans: globalThis.spans(), told: globalThis.told }));`,
  'replaced.mjs': `
    import { EventBus, Journal, openLedger } from 'two-buses';
    ${extend}`,
  'replaced.cjs': `
    const { EventBus, Journal, openLedger } = require('two-buses');
    (async () => { ${extend} })();`,
  'switched.mjs': `
    import { EventBus, Ledger } from 'two-buses';
    const ledger = new Ledger();
    const bus = new EventBus('orders');
    let before = 0;
    const used = async () => {
      await ledger.append([{ account: 'a', amount: 1 }]);
      await bus.publish([]);
      for await (const _ of ledger.read()) ;
      const all = globalThis.inOrder();
      const names = all.slice(before).sort();
      before = all.length;
      return names.join();
    };
    const spans = [await used()];
    for (const mine of [false, true, { families: { buses: 'off' } }, { families: { ledgers: 'off' } }, undefined]) {
      configure({ libraries: { 'two-buses': mine, emmett: false } });
      spans.push(await used());
    }
    console.log(JSON.stringify({ spans, told: [] }));`,
  'later.mjs': `
    configure({});
    const { EventBus } = await import('two-buses');
    await new EventBus('orders').publish([]);
    console.log(JSON.stringify({ spans: globalThis.spans(), told: [] }));`,
  'preload.mjs': preload,
};

const OURS = 'opentelemetry-instrumentation-eventsource in_memory_event_store.get_events';
const THEIRS = ['append', 'publish', 'read'].map((name) => `tests/two-buses two_buses.${name}`);

interface Seen {
  readonly spans: readonly string[];
  readonly told: readonly string[];
}

describe('the engine, with a second library beside eventsource', () => {
  let folder: string;
  let remove: () => void;
  before(() => {
    ({ folder, remove } = applicationWith(applications));
    usePackages(folder, '@opentelemetry/api', '@opentelemetry/sdk-trace-base', 'eventsource', 'two-buses');
  });
  after(() => remove());

  async function seen(node: string, main: string, env: Record<string, object> = {}): Promise<Seen> {
    const { stdout, stderr } = await runNode({
      node,
      args: ['--no-warnings', '--import', './preload.mjs', main],
      cwd: folder,
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, JSON.stringify(value)])),
    });
    assert.equal(stderr, '');
    return JSON.parse(stdout) as Seen;
  }

  for (const main of ['main.mjs', 'main.cjs']) {
    onEachNode(`weaves both, each under its own scope: ${main}`, async (node) => {
      assert.deepEqual((await seen(node, main)).spans, [OURS, ...THEIRS]);
    });
  }

  onEachNode('switches each by its own families: two of the same name are two', async (node) => {
    const off = { TWO_BUSES: { families: { buses: 'off', ledgers: 'auto' } } };
    const withoutBus = THEIRS.filter((name) => !name.endsWith('publish'));
    assert.deepEqual((await seen(node, 'main.mjs', off)).spans, [OURS, ...withoutBus]);
    const ours = { OPTIONS: { families: { stores: 'off', buses: 'off' } } };
    assert.deepEqual((await seen(node, 'main.mjs', ours)).spans, THEIRS);
  });

  onEachNode('says nothing of a library that is not loaded, and loads no tables for it', async (node) => {
    const { spans, told } = await seen(node, 'one.mjs');
    assert.deepEqual(spans, [OURS]);
    assert.deepEqual(
      told.filter((line) => line.includes('two-buses')),
      [],
    );
  });

  onEachNode(
    'leaves a version alone that the tables are not for, in one line, and the other library as it is',
    async (node) => {
      const other = { TWO_BUSES: { packages: [{ name: 'two-buses', versions: '^2.0.0' }] } };
      const { spans, told } = await seen(node, 'main.mjs', other);
      assert.deepEqual(spans, [OURS]);
      assert.match(told.filter((line) => line.includes('two-buses')).join('\n'), /1\.2\.0 is not of \^2\.0\.0/);
    },
  );

  for (const main of ['main.mjs', 'main.cjs']) {
    onEachNode(`loads no tables for a library that is off from the start: ${main}`, async (node) => {
      const off = { OPTIONS: { libraries: { 'two-buses': false } } };
      const { spans, told } = await seen(node, main, off);
      assert.deepEqual([spans, told.filter((line) => /tables are loaded|two-buses/.test(line))], [[OURS], []]);
      assert.ok((await seen(node, main)).told.includes('tables are loaded'));
    });
  }

  onEachNode('switches a library, a family and an option at run time, without the other library', async (node) => {
    const names = THEIRS.map((name) => name.split(' ')[1]);
    const { spans } = await seen(node, 'switched.mjs');
    const [ledger, bus] = [names.filter((name) => !name?.endsWith('publish')), [names[1]]];
    assert.deepEqual(
      spans,
      [names, [], names, ledger, bus, names].map((each) => each.join()),
    );
  });

  onEachNode('weaves what is loaded from then on where a library is on later', async (node) => {
    const off = { OPTIONS: { libraries: { 'two-buses': false } } };
    assert.deepEqual((await seen(node, 'later.mjs', off)).spans, [THEIRS[1]]);
  });

  onEachNode('reports a class that has another shape to its own library only', async (node) => {
    const other = { TWO_BUSES: { aspects: [{ target: 'EventBus', family: 'buses', methods: { send: {} } }] } };
    const { spans, told } = await seen(node, 'main.mjs', other);
    assert.deepEqual(spans, [OURS]);
    const strangers = told.filter((line) => line.includes('another shape'));
    assert.ok(strangers.length > 0);
    assert.ok(strangers.every((line) => line.includes('that of two-buses,')));
  });

  for (const main of ['replaced.mjs', 'replaced.cjs']) {
    onEachNode(
      `replaces the exports whose rows need it: a function, a class to be constructed or extended: ${main}`,
      async (node) => {
        const { spans } = await seen(node, main, {
          TWO_BUSES: {
            aspects: [
              {
                target: 'openLedger',
                family: 'ledgers',
                call: { span: 'call', reaches: { result: { append: { span: 'result' } } } },
              },
              { target: 'EventBus', family: 'buses', construct: { span: 'construct' } },
              { target: 'Journal', family: 'ledgers', shape: ['write'], subclasses: { write: { span: 'subclass' } } },
            ],
          },
        });
        assert.deepEqual(
          spans,
          ['call', 'construct', 'result', 'subclass'].map((name) => `tests/two-buses ${name}`),
        );
      },
    );
  }

  onEachNode('leaves a library to the package that traces it, once that is loaded', async (node) => {
    const main = `import 'two-buses-traced'; ${applications['main.mjs']}`;
    const other = applicationWith({
      ...applications,
      'main.mjs': main,
      'node_modules/two-buses-traced/package.json':
        '{ "name": "two-buses-traced", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
      'node_modules/two-buses-traced/index.js': 'export const traced = true;',
    });
    const before = folder;
    try {
      folder = other.folder;
      usePackages(folder, '@opentelemetry/api', '@opentelemetry/sdk-trace-base', 'eventsource', 'two-buses');
      const { spans, told } = await seen(node, 'main.mjs');
      assert.deepEqual(spans, [OURS]);
      assert.match(told.join('\n'), /two-buses is left alone: traced by two-buses-traced/);
    } finally {
      folder = before;
      other.remove();
    }
  });
});
