// The test suites that libraries have of their own, each of a version that is published: its tests come from its repository, the
// library itself from the registry.

const nest = {
  package: '@nestjs/cqrs',
  repository: 'https://github.com/nestjs/cqrs',
  tests: /^(?:src|test)\/.*\.spec\.ts$/,
  helpers: /^test\//,
  format: 'cjs',
};

const nestPackages = (cqrs, nest) => ({
  '@nestjs/cqrs': cqrs,
  '@nestjs/common': nest,
  '@nestjs/core': nest,
  '@nestjs/testing': nest,
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.2',
});

const emmett = {
  repository: 'https://github.com/event-driven-io/emmett',
  ref: '0.42.0',
  helpers: /testing\/shoppingCart\.domain\.ts$/,
  format: 'esm',
  // Nothing of one file is another's.
  together: true,
};

/**
 * `ref`: a tag or a commit. `tests` and `helpers`: files below `root` that are run, and those that come with them; whatever else
 * they import is the library's own, and is taken from its package. `passing`: how many pass bare, at least; fewer would mean that
 * something of the suite is missing. `spans`: how many the woven run gives at least; fewer would mean that nothing was woven.
 * `together`: whether its files can be run in one process. `instead`: modules that are replaced by files beside this one.
 */
export const suites = {
  'nestjs-cqrs-10': {
    ...nest,
    ref: '10.2.8',
    packages: nestPackages('10.2.8', '^10.4.0'),
    passing: 3,
    // It tests one operator, on no bus.
    spans: 0,
  },
  'nestjs-cqrs-11': { ...nest, ref: '11.0.3', packages: nestPackages('11.0.3', '^11.0.0'), passing: 28, spans: 35 },
  'nestjs-cqrs-12': {
    ...nest,
    // No tag says 12.0.0: this commit is of the days of its release.
    ref: '1b25f34a29534e239218c8a6672d9b5aba682079',
    packages: nestPackages('12.0.0', '^12.0.0'),
    format: 'esm',
    passing: 35,
    spans: 50,
  },
  'node-eventstore': {
    package: 'eventstore',
    repository: 'https://github.com/thenativeweb/node-eventstore',
    ref: 'v1.15.5',
    // They require what is beside and above them.
    inPackage: 'test',
    tests: /^test\/.*Test\.js$/,
    together: true,
    // They run with each of a list of databases; these two are servers.
    without: ", 'mongodb', 'redis'",
    packages: { eventstore: '1.15.5', 'expect.js': '^0.3.1', tingodb: '^0.6.1' },
    passing: 329,
    spans: 80,
  },
  castore: {
    package: '@castore/core',
    repository: 'https://github.com/castore-dev/castore',
    ref: 'v2.4.2',
    root: 'packages/core',
    tests: /^src\/.*\.unit\.test\.ts$/,
    helpers: /\.fixtures\.test\.ts$/,
    alias: { '~/': 'src/' },
    built: 'dist/cjs',
    format: 'cjs',
    packages: { '@castore/core': '2.4.2' },
    // Three more ask for the fields of the sources, where the package has those that are only declared.
    passing: 24,
    spans: 35,
  },
  emmett: {
    ...emmett,
    package: '@event-driven-io/emmett',
    root: 'src/packages/emmett',
    tests: /\.unit\.spec\.ts$|validation\.spec\.ts$/,
    packages: { '@event-driven-io/emmett': '0.42.0' },
    passing: 450,
    spans: 100,
  },
  'emmett-postgresql': {
    ...emmett,
    package: '@event-driven-io/emmett-postgresql',
    root: 'src/packages/emmett-postgresql',
    tests: /^src\/eventStore\/.*\.(?:int|e2e|unit)\.spec\.ts$/,
    // They start a server in a container, where here is one.
    server: 'postgresql',
    instead: { '@event-driven-io/emmett-testcontainers': 'postgresql.cjs' },
    packages: { '@event-driven-io/emmett': '0.42.0', '@event-driven-io/emmett-postgresql': '0.42.0', pg: '^8.12.0' },
    passing: 163,
    spans: 100,
  },
};
