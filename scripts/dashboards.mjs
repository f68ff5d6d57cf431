#!/usr/bin/env node
// Writes the Grafana dashboards and Prometheus alert rules into dashboards/, from the instruments of the compiled tables, in both
// spellings of their names. `--check` writes nothing and fails when a file is stale.
//   node scripts/dashboards.mjs [--check]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scenariosIn } from './dashboards/alert-scenarios.mjs';
import { alertsOf } from './dashboards/alerts.mjs';
import { grafanaDashboard } from './dashboards/grafana.mjs';
import { instrumentsOf, queriesIn, spellings } from './dashboards/instruments.mjs';
import { rowsOf } from './dashboards/panels.mjs';
import { rulesFile, ruleTestsFile } from './dashboards/rules.mjs';
import { libraries } from './libraries.mjs';
import { recordingsOf } from './recordings.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'dashboards');
const known = instrumentsOf(libraries.flatMap(({ aspects }) => recordingsOf(aspects)));

const files = Object.entries(spellings).flatMap(([spelling, nameOf]) => {
  const rules = `alerts-${spelling}.yml`;
  const dashboard = grafanaDashboard({
    title: `Event sourcing (${spelling === 'otlp' ? 'metrics sent by OTLP' : 'metrics scraped'})`,
    uid: `eventsource-${spelling}`,
    rows: rowsOf(queriesIn(known, nameOf, '$__rate_interval')),
  });
  const alerts = alertsOf(queriesIn(known, nameOf, '5m'));
  const scenarios = scenariosIn((name) => nameOf(known.get(name).instrument));
  return [
    [`grafana-${spelling}.json`, `${JSON.stringify(dashboard, null, 2)}\n`],
    [rules, rulesFile(alerts)],
    [`alerts-${spelling}.test.yml`, ruleTestsFile(alerts, scenarios, rules)],
  ];
});

if (!process.argv.includes('--check')) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
} else {
  const stale = files.filter(([name, text]) => read(join(folder, name)) !== text).map(([name]) => name);
  if (stale.length > 0) {
    console.error(`stale in dashboards/: ${stale.join(', ')}: npm run dashboards`);
    process.exitCode = 1;
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
