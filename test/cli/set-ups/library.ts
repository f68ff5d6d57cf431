// SPDX-License-Identifier: Apache-2.0
// Set-ups in which a library is not found, not woven, or off.
import { onConsole, preload } from '../application.js';
import { manifest, PREFIX, type SetUp } from './shared.js';

export const setUpsOfLibrary: Readonly<Record<string, SetUp>> = {
  'a library that the application does not load': {
    app: ['empty.mjs'],
    files: { 'empty.mjs': '' },
    env: onConsole,
    finds: ['library-not-loaded'],
    seen: [/installed: .*eventsource/],
  },
  'a library that the application has not loaded when its time is over': {
    flags: [...preload, '--for', '4'],
    app: ['slow.mjs'],
    files: { 'slow.mjs': 'setTimeout(() => import("eventsource"), 60_000);' },
    env: onConsole,
    finds: ['library-not-loaded'],
    seen: [
      /^None of the libraries had been loaded after 4(?:\.\d)? s, when the time was over; installed: .*eventsource/,
    ],
  },
  'a preload that has not been reached when the time is over': {
    flags: ['--import', './waits.mjs', ...preload, '--for', '4'],
    files: { 'waits.mjs': 'await new Promise((resolve) => setTimeout(resolve, 60_000));' },
    env: onConsole,
    finds: ['library-not-loaded'],
    seen: [/ had been loaded after 4(?:\.\d)? s, when the time was over/],
  },
  'a library that is switched off': {
    env: { ...onConsole, [`${PREFIX}LIBRARIES`]: 'eventsource=false' },
    finds: ['library-not-watched'],
  },
  'module names without that of the library': {
    env: { ...onConsole, [`${PREFIX}MODULE_NAMES`]: 'eventsorce' },
    finds: ['library-not-watched', 'name-not-found'],
    seen: [/for eventsource was loaded: eventsorce/],
  },
  'the library under another name': {
    app: ['alias.mjs'],
    files: {
      'alias.mjs': "import { InMemoryEventStore } from 'our-store'; await new InMemoryEventStore().getEvents('o');",
    },
    env: onConsole,
    finds: ['library-under-another-name'],
    seen: [/^The package our-store has classes of eventsource: /],
  },
  'a version that the tables are not for': {
    app: ['castore.cjs'],
    files: {
      'node_modules/@castore/core/package.json': manifest('@castore/core', '3.0.0'),
      'node_modules/@castore/core/index.js': 'exports.EventStore = class EventStore {};',
      'castore.cjs': "require('@castore/core');",
    },
    env: onConsole,
    finds: ['unsupported-version'],
    seen: [/@castore\/core 3\.0\.0 is not of \^2\.0\.0/],
  },
  'a library that somebody else traces': {
    app: ['kurrent.cjs'],
    files: {
      'node_modules/@kurrent/kurrentdb-client/package.json': manifest('@kurrent/kurrentdb-client'),
      'node_modules/@kurrent/kurrentdb-client/index.js': 'exports.KurrentDBClient = class {};',
      'node_modules/@kurrent/opentelemetry/package.json': manifest('@kurrent/opentelemetry'),
      'node_modules/@kurrent/opentelemetry/index.js': '',
      'kurrent.cjs': "require('@kurrent/opentelemetry'); require('@kurrent/kurrentdb-client');",
    },
    env: onConsole,
    finds: ['traced-by-another'],
    seen: [/^kurrent is left alone: traced by @kurrent\/opentelemetry\.$/],
  },
  'classes of another shape': {
    app: ['shape.cjs'],
    files: {
      'node_modules/eventsource-ts/package.json': JSON.stringify({
        name: 'eventsource-ts',
        version: '9.0.0',
        exports: { '.': './index.js', './stores': './index.js' },
      }),
      'node_modules/eventsource-ts/index.js': 'exports.InMemoryEventStore = class InMemoryEventStore { append() {} };',
      'shape.cjs': "require('eventsource-ts');",
    },
    env: onConsole,
    finds: ['other-shape'],
    seen: [/InMemoryEventStore/],
  },
  'a library in a bundle': {
    app: ['bundle.mjs'],
    env: onConsole,
    finds: ['bundled'],
    seen: [/^bundle\.mjs has eventsource in it/],
  },
  'a library in a minified bundle': {
    app: ['minified.mjs'],
    env: onConsole,
    finds: ['bundled'],
    seen: [/^minified\.mjs has eventsource in it \(.*EventStore/],
  },
  'an application with classes of its own in place of the library’s': {
    app: ['own.mjs'],
    files: {
      'own.mjs': `
        import 'eventsource';
        class Store {
          async appendEvents(id, type, events) { return events.length; }
          async getEvents(id, { from = 0 } = {}) { return []; }
          async *readStream(stream) {}
          async *readAll() {}
          async eventExists(id) { return false; }
          async getEventsByType(type) { return []; }
          async getStreamVersion(id) { return 0; }
          async getGlobalPosition() { return 0; }
          async initialize() {}
          async close() {}
        }
        await new Store().getEvents('o');
      `,
    },
    env: onConsole,
    finds: ['own-classes', 'no-calls'],
  },
  'a library of which nothing is called': {
    app: ['idle.mjs'],
    files: { 'idle.mjs': "import 'eventsource';" },
    env: onConsole,
    finds: ['no-calls'],
  },
  'calls that run no work': {
    app: ['no-work.mjs'],
    files: {
      'no-work.mjs': `
        import { InMemoryEventStore } from 'eventsource';
        await new InMemoryEventStore().appendEvents('order-1', 'Order', [], 0);
      `,
    },
    env: onConsole,
    finds: ['no-work'],
    seen: [/^1 call of stores gave no span\.$/],
  },
  'projections, which are off by default': {
    app: ['projection.mjs'],
    files: {
      'projection.mjs': `
        import { Projection } from 'eventsource';
        import './app.mjs';
        class OrderSummary extends Projection { async reset() {} async processEvent() {} }
        await new OrderSummary().handle({ eventType: 'OrderPlaced' });
      `,
    },
    env: onConsole,
    finds: ['projections-off'],
    seen: [/OrderSummary/],
    isHealthy: true,
  },
  'an object that says no for itself': {
    app: ['object.mjs'],
    files: {
      'object.mjs': `
        import { InMemoryEventStore } from 'eventsource';
        await new InMemoryEventStore({ enableTracing: false }).getEvents('o');
      `,
    },
    env: onConsole,
    finds: ['objects-off'],
    seen: [/family stores .*: InMemoryEventStore/],
  },
  'a projection that is off, with what it makes for itself': {
    app: ['projection-with-checkpoints.mjs'],
    files: {
      'projection-with-checkpoints.mjs': `
        import { CheckpointTrackingProjection } from 'eventsource';
        import './app.mjs';
        class OrderSummary extends CheckpointTrackingProjection {
          subscribedTo() { return []; }
          async reset() {}
          async processEvent() {}
        }
        await new OrderSummary().handle({ eventType: 'OrderPlaced', eventId: 'e' });
      `,
    },
    env: onConsole,
    finds: ['projections-off'],
    seen: [/family checkpoints .*: InMemoryCheckpointRepository; checkpoints=on overrules it\.$/],
    isHealthy: true,
  },
  'a repository of checkpoints that says no for itself': {
    app: ['checkpoints.mjs'],
    files: {
      'checkpoints.mjs': `
        import { InMemoryCheckpointRepository } from 'eventsource';
        import './app.mjs';
        await new InMemoryCheckpointRepository({ enableTracing: false }).getCheckpoint('p');
      `,
    },
    env: onConsole,
    finds: ['objects-off'],
    seen: [/family checkpoints .*; checkpoints=on overrules it\.$/],
    isHealthy: true,
  },
  'a family that is off': {
    env: { ...onConsole, [`${PREFIX}FAMILIES`]: 'stores=off' },
    finds: ['family-off'],
    seen: [/family stores of eventsource is off; it was called 2 times\.$/],
  },
  'a table of one’s own with a row that fails': {
    app: ['own-library.mjs'],
    files: {
      'node_modules/shoplib/package.json': manifest('shoplib', '1.0.0', 'module'),
      'node_modules/shoplib/index.js': 'export class Till { open() {} }',
      'table.mjs': `
        export default {
          key: 'shoplib',
          packages: [{ name: 'shoplib' }],
          families: { tills: 'auto' },
          aspects: [{
            target: 'Till',
            family: 'tills',
            methods: { open: { span: 'till.open', attributes: { a: () => { throw new Error('no such till'); } } } },
          }],
        };
      `,
      'own-library.mjs': "import { Till } from 'shoplib'; new Till().open(); import './app.mjs';",
    },
    env: { ...onConsole, [`${PREFIX}TABLES`]: './table.mjs' },
    finds: ['row-failed'],
    seen: [/Till\.open: no such till/],
  },
  'a table of one’s own for a package that nobody loads': {
    app: ['own-typo.mjs'],
    files: {
      'node_modules/shoplib/package.json': manifest('shoplib', '1.0.0', 'module'),
      'node_modules/shoplib/index.js': 'export class Till { open() {} }',
      'typo.mjs': `
        const methods = { open: { span: 'till.open' } };
        const aspects = [{ target: 'Till', family: 'tills', methods }];
        export default { key: 'shop', packages: [{ name: 'shoplb' }], families: { tills: 'auto' }, aspects };
      `,
      'own-typo.mjs': "import { Till } from 'shoplib'; new Till().open();",
    },
    env: { ...onConsole, [`${PREFIX}TABLES`]: './typo.mjs' },
    finds: ['table-not-used'],
    seen: [/^The table shop is for shoplb; none of that name was loaded\.$/],
  },
  'a table of one’s own with a method that the class has not': {
    app: ['own-method.mjs'],
    files: {
      'node_modules/shoplib/package.json': manifest('shoplib', '1.0.0', 'module'),
      'node_modules/shoplib/index.js': 'export class Till { open() {} }',
      'method.mjs': `
        const methods = { opens: { span: 'till.open' } };
        const aspects = [{ target: 'Till', family: 'tills', methods }];
        export default { key: 'shop', packages: [{ name: 'shoplib' }], families: { tills: 'auto' }, aspects };
      `,
      'own-method.mjs': "import { Till } from 'shoplib'; new Till().open();",
    },
    env: { ...onConsole, [`${PREFIX}TABLES`]: './method.mjs' },
    finds: ['other-shape'],
    seen: [/^Of another shape than those of shop: Till \(which has no opens\)\.$/],
  },
};
