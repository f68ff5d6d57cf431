// Makes tests that were written beside a library's sources tests of its package. Types are taken out, decorators carried out, and
// what they import of the sources is imported from the package: of its entry point where that exports it, else of the file that it
// was built to.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'es-module-lexer';
import ts from 'typescript-5-9';

/** Modules of test runners; all of them are mocha here. */
const RUNNERS = ['vitest', 'node:test', '@jest/globals'];
const frameworkFile = join(import.meta.dirname, 'framework.cjs');

/**
 * Writes the tests of a suite to where they can be run.
 *
 * @returns the files to run, and those that look at what the package does not have, with the reason
 */
export async function compileSuite(suite, folder) {
  const sources = join(folder, 'repository', suite.root ?? '.');
  if (suite.inPackage !== undefined) return copyInto(suite, sources, folder);
  const out = join(folder, 'tests');
  rmSync(out, { recursive: true, force: true });
  const files = readdirSync(sources, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.ts$/.test(path) && !path.includes('node_modules/') && !path.endsWith('.d.ts'));
  const isTest = (path) => suite.tests.test(path);
  const isOurs = (path) => isTest(path) || suite.helpers?.test(path) === true;
  const exported = await exportsOf(suite, folder);
  const place = { suite, folder, out, files: new Set(files), isOurs, exported };
  const leftOut = [];
  for (const path of files.filter(isOurs)) {
    const missing = write(place, path, readFileSync(join(sources, path), 'utf8'));
    if (missing.length > 0 && isTest(path)) leftOut.push({ path, missing });
  }
  const isLeftOut = (path) => leftOut.some((each) => each.path === path);
  return {
    tests: files.filter((path) => isTest(path) && !isLeftOut(path)).map((path) => join(out, scriptOf(suite, path))),
    leftOut,
  };
}

function copyInto({ package: name, inPackage, tests, without }, sources, folder) {
  const target = join(folder, 'node_modules', name, inPackage);
  cpSync(join(sources, inPackage), target, { recursive: true });
  const files = readdirSync(target).filter((file) => tests.test(`${inPackage}/${file}`));
  for (const file of files) {
    const text = readFileSync(join(target, file), 'utf8');
    writeFileSync(join(target, file), text.replaceAll(without, ''));
  }
  return { tests: files.map((file) => join(target, file)), leftOut: [] };
}

async function exportsOf({ package: name, format }, folder) {
  const require = createRequire(join(folder, 'main.js'));
  if (format === 'cjs') {
    if (name.startsWith('@nestjs/')) require('reflect-metadata');
    return new Set(Object.keys(require(name)));
  }
  const main = join(folder, 'exports.mjs');
  const reflect = existsSync(join(folder, 'node_modules/reflect-metadata')) ? "import 'reflect-metadata';" : '';
  writeFileSync(
    main,
    `${reflect}\nimport * as all from ${JSON.stringify(name)};\nexport const names = Object.keys(all);`,
  );
  return new Set((await import(pathToFileURL(main).href)).names);
}

/** By their names: mocha requires what is not called so, and of what a required ES module imports no loader hook hears on Node.js 20. */
function scriptOf({ format }, path) {
  return path.replace(/\.ts$/, format === 'esm' ? '.mjs' : '.cjs');
}

/** @returns what the file imports and cannot have */
function write({ suite, folder, out, files, isOurs, exported }, path, text) {
  const options = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    useDefineForClassFields: false,
    esModuleInterop: true,
  };
  let esm = ts.transpileModule(text, { compilerOptions: options, fileName: path }).outputText;
  const missing = [];
  for (const { type, specifier, start, end, importStart } of parse(esm)[0].toReversed()) {
    if (type === 'dynamic' || type === 'import-meta') continue;
    const found = place(specifier, esm.slice(importStart, start));
    if (found === undefined) missing.push(specifier);
    else esm = esm.slice(0, start) + found + esm.slice(end);
  }
  const target = join(out, scriptOf(suite, path));
  mkdirSync(dirname(target), { recursive: true });
  const module = suite.format === 'esm' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
  const { outputText } = ts.transpileModule(esm, { compilerOptions: { ...options, module }, fileName: `${path}.js` });
  writeFileSync(target, outputText);
  return missing;

  function place(specifier, statement) {
    const from = join(out, dirname(path));
    if (RUNNERS.includes(specifier)) return pathFrom(from, frameworkFile);
    const replaced = suite.instead?.[specifier];
    if (replaced !== undefined) return pathFrom(from, join(import.meta.dirname, replaced));
    const aliased = Object.entries(suite.alias ?? {}).find(([prefix]) => specifier.startsWith(prefix));
    const at = aliased
      ? posix.join(aliased[1], specifier.slice(aliased[0].length))
      : specifier.startsWith('.') && posix.join(dirname(path), specifier);
    if (at === false) return specifier;
    const source = [at, `${at}.ts`, `${at}/index.ts`, at.replace(/\.js$/, '.ts')].find((each) => files.has(each));
    if (source === undefined) return specifier;
    if (isOurs(source)) return pathFrom(from, join(out, scriptOf(suite, source)));
    if (namesIn(statement)?.every((name) => exported.has(name)) ?? false) return suite.package;
    const built = join(
      folder,
      'node_modules',
      suite.package,
      suite.built ?? 'dist',
      source.replace(/^src\/(.*)\.ts$/, '$1.js'),
    );
    return existsSync(built) ? pathFrom(from, built) : undefined;
  }
}

/** `undefined` where all of a module is taken. */
function namesIn(statement) {
  const [, names] = /\{([^}]*)\}/.exec(statement) ?? [];
  return names
    ?.split(',')
    .map((each) => each.trim().split(/\s+as\s+/)[0])
    .filter(Boolean);
}

function pathFrom(folder, file) {
  const path = relative(folder, file).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
