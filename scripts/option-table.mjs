#!/usr/bin/env node
// Writes the tables of options from the list of src/options.ts: all of them into docs/configuration.md, with those of single libraries
// from the catalogue, and those that most applications meet into README.md. `--check` writes nothing and fails when a document is stale.
//   node scripts/option-table.mjs [--check] [docs/configuration.md README.md]
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { code, documentsOr, renewBlocks } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [page, readme] = documentsOr(join(root, 'docs/configuration.md'), join(root, 'README.md'));
const { options, sdkOptions, variablesOfOthers } = await import(join(root, 'dist/src/options.js'));
const { catalogue } = await import(join(root, 'dist/src/libraries/index.js'));

/** The others are on the page. */
const inReadme = ['families', 'libraries', 'moduleNames', 'logLevel', 'logSink', 'redactException'];

function allOptions() {
  return tableOf([
    ...Object.entries(options).map(([name, option]) => row(code(name), option)),
    ...Object.values(sdkOptions).map((option) => row('', option)),
  ]);
}

function optionsInReadme() {
  const own = 'configuration.md';
  const rows = inReadme.map((name) => row(code(name), options[name]));
  return tableOf(rows).replaceAll(/\]\((?=(#|[\w-]+\.md))/g, (_, to) => `](docs/${to === '#' ? own : ''}`);
}

function tableOf(rows) {
  return ['| option | variable | values | default | what it does |', '|---|---|---|---|---|', ...rows].join('\n');
}

function row(name, { variable, reading, accepted = reading.accepted, fallback, otherwise, does }) {
  const cells = [
    name,
    variable === undefined ? '' : code(variable),
    accepted,
    otherwise ?? [fallback].flat().map(String).map(code).join(', '),
    does,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function ofOthers() {
  const rows = Object.entries(variablesOfOthers).map(([name, does]) => `| ${code(name)} | ${does} |`);
  return ['| variable | what it says to us |', '|---|---|', ...rows].join('\n');
}

function ofLibraries() {
  const rows = catalogue.map(({ key, families, options: own = {} }) => {
    const withDefaults = Object.entries(own).map(([name, fallback]) => `${code(name)} (${code(fallback)})`);
    return `| ${[code(key), families.map(code).join(', '), withDefaults.join(', ')].join(' | ')} |`;
  });
  return ['| library | families | options of its own, with their defaults |', '|---|---|---|', ...rows].join('\n');
}

renewBlocks(page, 'option-table', {
  options: allOptions(),
  'variables-of-others': ofOthers(),
  libraries: ofLibraries(),
});
renewBlocks(readme, 'option-table', { options: optionsInReadme() });
