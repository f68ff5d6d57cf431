// What nobody uses: files, exports and dependencies. `npm run check:unused`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = import.meta.dirname;
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Texts of all that tests run: they write programs out, link packages by their names, and preload what no import shows. */
const texts = ['test', 'testkit', 'fixtures'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:[cm]?[jt]s|env)$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/node_modules|\/dist/.test(path))
    .map((path) => readFileSync(path, 'utf8')),
);
const isNamed = (name) => texts.some((text) => text.includes(name));

export default {
  entry: [
    'register.{ts,cts}',
    'src/{index,metrics,preload}.ts',
    'cli.mjs',
    'src/cli/{main.ts,probe.cts,probe/{start,collect,sdk,lookalikes}.ts}',
    'src/{custom/index,conventions/attributes,doors/{builtins,builtin-net,export-hook,load-hook}}.ts',
    'scripts/*.mjs',
    'bench/*.ts',
    'test/**/*.test.ts',
    'test/bundles/other-bundlers.ts',
    'test/**/{programs,compiled}/*.{ts,mts,cts}',
    'test/libraries/**/*.mjs',
    'testkit/preloads/*.ts',
  ],
  project: ['*.{ts,cts,mjs,js}', '{src,testkit,test,bench,scripts}/**/*.{ts,mts,cts,mjs}'],
  ignoreDependencies: [
    // The build places them in node_modules.
    'eventsource',
    'two-buses',
    // Of the workspaces of applications on Nest; npm places what they share at the root.
    /^@nestjs\//,
    'reflect-metadata',
    // In .cache/build-tools, from `npm run build-tools`.
    'rollup',
    'webpack',
    // A server in tests speaks with the very copies that the client of KurrentDB brings.
    '@grpc/grpc-js',
    'google-protobuf',
    // Each is a folder of versions that programs are run in.
    ...Object.keys(devDependencies).filter((name) => /-\d+$/.test(name) || isNamed(name)),
  ],
  ignoreBinaries: ['epmd', 'unshare', 'promtool'],
  // A type that a signature names is exported with it.
  ignoreExportsUsedInFile: { interface: true, type: true },
};
