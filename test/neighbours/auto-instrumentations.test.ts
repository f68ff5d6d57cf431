// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, onEachNode, register, root, runNode, usePackages } from '../../testkit/child.js';
import { formats } from '../../testkit/formats.js';
import { copyOurs, ourDependencies } from '../../testkit/installed.js';
import { createTables, openNeighbourhood, orders } from '../../testkit/neighbours/matrix.js';
import { type Vendor, vendors } from '../../testkit/neighbours/vendors.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { describeOnServer } from '../../testkit/servers.js';
import { neighbourhood } from './neighbour.js';

const auto = '@opentelemetry/auto-instrumentations-node/register';

describe('auto-instrumentations', () => {
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith(neighbourhood));
    usePackages(folder, '@opentelemetry', 'eventsource');
  });
  after(() => remove());

  /** Names of the spans that reach the receiver, sorted. */
  async function exported(node: string, ...args: string[]): Promise<string[]> {
    const receiver = await startOtlpReceiver();
    const env = {
      ...receiver.env,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_NODE_RESOURCE_DETECTORS: 'none',
    };
    try {
      const { stderr, code } = await runNode({ node, args, cwd: folder, env });
      assert.deepEqual({ stderr, code }, { stderr: '', code: 0 }, args.join(' '));
      return receiver.spans.map(({ name }) => name).sort();
    } finally {
      await receiver.close();
    }
  }

  for (const [application, flag] of [
    ['application.cjs', '--require'],
    ['application.cjs', '--import'],
    ['application.mjs', '--import'],
  ] as const) {
    onEachNode(`keep their SDK and their spans: ${flag}, ${application}`, async (node) => {
      const bare = await exported(node, flag, auto, application);
      const ours = ['in_memory_event_store.get_events'];
      assert.ok(application === 'application.mjs' || bare.filter((name) => name === 'GET').length === 2, bare.join());
      const all = [...bare, ...ours].sort();
      assert.deepEqual(await exported(node, flag, auto, flag, register, application), all, 'before us');
      assert.deepEqual(await exported(node, flag, register, flag, auto, application), all, 'after us');
    });
  }

  onEachNode('keep their SDK and their spans beside their loader of ES modules', async (node) => {
    const theirs = ['--experimental-loader=@opentelemetry/instrumentation/hook.mjs', '--import', auto];
    const silent = ['--no-warnings'];
    const bare = await exported(node, ...silent, ...theirs, 'application.mjs');
    assert.equal(bare.filter((name) => name === 'GET').length, 2, bare.join());
    const all = [...bare, 'in_memory_event_store.get_events'].sort();
    assert.deepEqual(await exported(node, ...silent, ...theirs, '--import', register, 'application.mjs'), all);
    assert.deepEqual(await exported(node, ...silent, '--import', register, ...theirs, 'application.mjs'), all);
  });
});

const vendor = vendors.find(({ key }) => key === 'opentelemetry-2') as Vendor;

describeOnServer('postgresql', 'auto-instrumentations beside an application on PostgreSQL', () => {
  it('have requests above our spans and statements below them, each once, in both formats and orders', async function () {
    this.timeout(120_000);
    const tables = await createTables();
    const { faultOf, remove } = openNeighbourhood(vendor, (_vendor, folder) => {
      copyOurs(folder);
      const others = Object.keys(ourDependencies()).filter((name) => !name.startsWith('@opentelemetry/'));
      usePackages(folder, '@opentelemetry', 'eventsource', 'pg', ...others);
    });
    try {
      for (const format of formats) {
        for (const order of orders) {
          assert.equal(await faultOf(process.execPath, format, order), undefined, `${format}, ours ${order} theirs`);
        }
      }
    } finally {
      remove();
      await tables.drop();
    }
  });
});

describe('the table of docs/neighbours.md', () => {
  const check = (page: string) => runNode({ args: [join(root, 'scripts/neighbour-table.mjs'), '--check', page] });
  const page = join(root, 'docs/neighbours.md');

  it('has auto-instrumentations as they are installed here', () => {
    const installed = join(root, 'node_modules', vendor.main, 'package.json');
    assert.equal(JSON.parse(readFileSync(installed, 'utf8')).version, vendor.packages[vendor.main]);
  });

  it('is that of the vendors that the test runs, and called stale when a version is another', async () => {
    assert.deepEqual(await outcomeOf(page), ['', 0]);
    const { folder, remove } = applicationWith({
      'neighbours.md': readFileSync(page, 'utf8').replace(/\| \d+\.\d+\.\d+ \|/, '| 0.0.0 |'),
    });
    try {
      const said = 'neighbours.md is stale: npm run neighbour-table\n';
      assert.deepEqual(await outcomeOf(join(folder, 'neighbours.md')), [said, 1]);
    } finally {
      remove();
    }
  });

  async function outcomeOf(file: string) {
    const { stderr, code } = await check(file);
    return [stderr, code];
  }
});
