// SPDX-License-Identifier: Apache-2.0
// Bundlers and test runners, from `npm run build-tools`; esbuild is a development dependency.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { root } from './child.js';
import { leaveOut } from './leave-out.js';

const tools = join(root, '.cache/build-tools/node_modules');

/** The folder of a tool's package. Without it the calling test is left out, or fails with REQUIRE_ALL=1. */
export function buildTool(test: Mocha.Context, name: string): string {
  const folder = join(tools, name);
  return existsSync(folder) ? folder : leaveOut(test, `${name} is not there: npm run build-tools`);
}

export interface Bundle {
  /** The folder of the application, where `dist` is made. */
  readonly folder: string;
  /** Source files in it, each the beginning of a bundle of the same name; several share what they have in common, where they can. */
  readonly entries: readonly string[];
  readonly format: 'mjs' | 'cjs';
  /** With the names of classes kept, as event types are. */
  readonly minify?: boolean;
  /** Packages that stay outside. */
  readonly external?: readonly string[];
}

export type Bundler = (bundle: Bundle) => Promise<unknown>;

const isOf = (packages: readonly string[], request: string) =>
  packages.some((name) => request === name || request.startsWith(`${name}/`));
const nameOf = (entry: string) => entry.replace(/\.\w+$/, '');

/** What CommonJS modules call `require`, where the bundle is an ES module. */
const REQUIRE = "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

export const bundlers = {
  esbuild: ({ folder, entries, format, minify = false, external = [] }) =>
    build({
      entryPoints: entries.map((entry) => join(folder, entry)),
      outdir: join(folder, 'dist'),
      outExtension: { '.js': `.${format}` },
      bundle: true,
      platform: 'node',
      format: format === 'cjs' ? 'cjs' : 'esm',
      splitting: format === 'mjs' && entries.length > 1,
      minify,
      keepNames: minify,
      external: [...external],
      logLevel: 'error',
      logOverride: { 'empty-import-meta': 'silent' },
      ...(format === 'mjs' ? { banner: { js: REQUIRE } } : {}),
    }),

  async rollup({ folder, entries, format, minify = false, external = [] }) {
    const require = createRequire(join(tools, 'rollup'));
    const plugin = (name: string, options?: object) => require(`@rollup/plugin-${name}`).default(options);
    const bundle = await require('rollup').rollup({
      input: Object.fromEntries(entries.map((entry) => [nameOf(entry), join(folder, entry)])),
      external: (request: string) => isOf(external, request),
      plugins: [
        plugin('node-resolve', { preferBuiltins: true, exportConditions: ['node'] }),
        plugin('commonjs', { ignoreTryCatch: true, ignoreDynamicRequires: true }),
        plugin('json'),
      ],
      onwarn: () => {},
    });
    await bundle.write({
      dir: join(folder, 'dist'),
      format: format === 'cjs' ? 'cjs' : 'es',
      entryFileNames: `[name].${format}`,
      chunkFileNames: `[name]-[hash].${format}`,
      plugins: minify ? [{ name: 'minify', renderChunk: (code: string) => minified(code, format) }] : [],
    });
    await bundle.close();
  },

  async webpack({ folder, entries, format, minify = false, external = [] }) {
    const require = createRequire(join(tools, 'webpack'));
    const stats = await new Promise<{ hasErrors(): boolean; toString(): string }>((resolve, reject) => {
      require('webpack')(
        {
          mode: 'production',
          target: 'node20',
          context: folder,
          entry: Object.fromEntries(entries.map((entry) => [nameOf(entry), join(folder, entry)])),
          externals: (
            { request = '' }: { readonly request?: string },
            done: (error?: null, external?: string) => void,
          ) =>
            isOf(external, request) ? done(null, `${format === 'cjs' ? 'commonjs' : 'module'} ${request}`) : done(),
          output: {
            path: join(folder, 'dist'),
            filename: `[name].${format}`,
            ...(format === 'mjs' ? { module: true, chunkFormat: 'module', library: { type: 'module' } } : {}),
          },
          ...(format === 'mjs' ? { experiments: { outputModule: true } } : {}),
          optimization: { minimize: false },
          ignoreWarnings: [() => true],
        },
        (error: Error | null, result: { hasErrors(): boolean; toString(): string }) =>
          error === null ? resolve(result) : reject(error),
      );
    });
    if (stats.hasErrors()) throw new Error(stats.toString());
    for (const entry of minify ? entries : []) {
      const file = join(folder, 'dist', `${nameOf(entry)}.${format}`);
      writeFileSync(file, (await minified(readFileSync(file, 'utf8'), format)).code);
    }
  },
} as const satisfies Record<string, Bundler>;

/** As plugins for esbuild do it; terser takes a quarter of a minute. */
function minified(code: string, format: Bundle['format']) {
  return transform(code, { minify: true, keepNames: true, format: format === 'cjs' ? 'cjs' : 'esm' });
}
