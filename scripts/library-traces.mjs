#!/usr/bin/env node
// Runs applications of the tests on libraries and writes their traces, without times, into docs/<library>.md, between the markers
// `trace:begin` and `trace:end`. `--check` writes nothing and fails when a page is stale.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  castore,
  emmett,
  kurrent,
  nestCqrs,
  nodeEventstore,
  runApp,
  serveKurrent,
} from '../dist/testkit/library-apps.js';
import { renewBlocks } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = [
  {
    library: nestCqrs(12),
    apps: {
      orders: [
        'POST /orders',
        // Of the saga, which orders after a while.
        'eventsource.command.handle',
        'GET /orders/o-1',
        'POST /orders/o-1/ship',
        'POST /stock',
      ],
    },
  },
  { library: castore, apps: { carts: ['POST /carts', 'POST /carts/c-1/items, raced', 'POST /carts, connected'] } },
  {
    library: emmett,
    apps: {
      carts: [
        'POST /carts',
        'POST /carts/c-1/items, raced',
        'POST /carts/c-1/items, refused',
        'POST /carts/c-1/confirm',
      ],
      reactors: ['POST /mailer, appending', 'POST /broken, catching up'],
    },
  },
  {
    library: nodeEventstore,
    apps: { users: ['POST /users, callbacks', 'POST /users/u-1/snapshot'], published: ['POST /users, published'] },
  },
  {
    library: kurrent,
    serve: serveKurrent,
    apps: {
      orders: ['POST /orders', 'POST /orders, raced', 'GET /orders'],
      subscribers: ['POST /orders/sent', 'eventsource.processor.handle_batch', 'eventsource.processor.handle_event'],
    },
  },
];

for (const { library, serve, apps } of pages) {
  const traces = [];
  for (const [app, requests] of Object.entries(apps)) {
    const { spans } = await runApp(library, { app, format: 'mjs', serve });
    for (const request of requests) traces.push(drawn(spans, request));
  }
  const trace = `\`\`\`\n${traces.join('\n\n')}\n\`\`\``;
  renewBlocks(join(root, 'docs', `${library.key}.md`), 'library-traces', { trace });
}

/** The first trace whose root has this name as a tree, siblings in the order in which they began. */
function drawn(spans, request) {
  const inOrder = spans.toSorted((one, other) => one.place - other.place);
  const byId = new Map(spans.map((span) => [span.id, span]));
  return draw(inOrder.find(({ name, parent }) => name === request && !byId.has(parent))).join('\n');

  function draw(span, first = '', rest = '') {
    const children = inOrder.filter(({ parent }) => parent === span.id);
    const below = children.flatMap((child, index) => {
      const [branch, stem] = index === children.length - 1 ? ['└─ ', '   '] : ['├─ ', '│  '];
      return draw(child, rest + branch, rest + stem);
    });
    return [first + described(span, byId), ...below];
  }
}

function described({ name, attributes, failed, exceptions, links }, byId) {
  // What the exception says as well, and ids that are new each time.
  const told = Object.entries(attributes).filter(([key]) => !/error\.type$|event\.id$/.test(key));
  return [
    name,
    ...told.map(([key, value]) => `${key.replace(/^eventsource\./, '')}=${value}`),
    ...(failed ? [`✗ ${exceptions}`] : []),
    ...links.map((id) => `⇢ ${byId.get(id)?.name ?? 'another process'}`),
  ].join('  ');
}
