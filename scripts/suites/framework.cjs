// What tests of jest, vitest and node:test call, said in the words of mocha. Loaded by mocha before the tests, and by those that
// import the module of their runner.
const { createRequire } = require('node:module');
const { join } = require('node:path');

// The folder of the suite has the packages.
const ofSuite = createRequire(join(process.cwd(), 'main.js'));

const mocks = (() => {
  try {
    return ofSuite('jest-mock');
  } catch {
    return {};
  }
})();

/** A test of node:test is given its context, where mocha would take it for a callback. */
const withoutContext = (body) => (typeof body === 'function' ? () => body({}) : undefined);

/** Options may stand between a title and its body. */
const test = (title, ...rest) => globalThis.it(title, withoutContext(rest.at(-1)));
test.skip = (title) => globalThis.it.skip(title, () => {});
const block = (title, ...rest) => globalThis.describe(title, rest.at(-1));
block.skip = (title) => globalThis.describe.skip(title, () => {});

exports.describe = block;
exports.it = test;
exports.test = test;
exports.before = (body) => globalThis.before(withoutContext(body));
exports.after = (body) => globalThis.after(withoutContext(body));
exports.beforeAll = exports.before;
exports.afterAll = exports.after;
exports.beforeEach = (body) => globalThis.beforeEach(withoutContext(body));
exports.afterEach = (body) => globalThis.afterEach(withoutContext(body));
exports.vi = mocks;
exports.jest = mocks;
exports.expect = undefined;

globalThis.jest = mocks;
globalThis.vi = mocks;
globalThis.beforeAll = exports.beforeAll;
globalThis.afterAll = exports.afterAll;
globalThis.test = test;
// Tests that have another one of this name require it.
exports.expect = globalThis.expect = ofSuite('expect').expect;
exports.expect.extend({
  // A word of vitest.
  toHaveBeenCalledOnce: ({ mock }) => ({
    pass: mock.calls.length === 1,
    message: () => `called ${mock.calls.length} times, not once`,
  }),
});
if (ofSuite.resolve.paths('reflect-metadata') !== null) {
  try {
    ofSuite('reflect-metadata');
  } catch {
    // Only Nest needs it.
  }
}
