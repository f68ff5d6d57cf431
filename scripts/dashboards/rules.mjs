// Alert rules as Prometheus reads them, and the tests that promtool runs on them.
import { stringify } from 'yaml';

const HEAD = '# Written by `npm run dashboards` from the tables of instruments; change those, or scripts/dashboards.\n';

export function rulesFile(alerts) {
  const rules = alerts.map(({ alert, expr, for: pending, severity, summary, remedy }) => ({
    alert,
    expr,
    for: pending,
    labels: { severity },
    annotations: { summary, description: remedy },
  }));
  return HEAD + stringify({ groups: [{ name: 'eventsource', rules }] }, { lineWidth: 0 });
}

/**
 * @param scenarios by the name of the alert: series that fire it, series that do not
 * @param rules name of the file with the rules, beside this one
 */
export function ruleTestsFile(alerts, scenarios, rules) {
  const tests = alerts.flatMap(({ alert, severity, remedy }) => {
    const { fires, quiet, at = '40m' } = scenarios[alert];
    const expected = {
      exp_labels: { ...fires.labels, severity },
      exp_annotations: { summary: fires.summary, description: remedy },
    };
    return [
      testOf(`${alert} fires`, alert, fires.series, at, [expected]),
      testOf(`${alert} does not fire`, alert, quiet.series, at, []),
    ];
  });
  return HEAD + stringify({ rule_files: [rules], evaluation_interval: '1m', tests }, { lineWidth: 0 });
}

function testOf(name, alertname, series, eval_time, exp_alerts) {
  return {
    name,
    interval: '1m',
    input_series: series.map(([text, values]) => ({ series: text, values })),
    alert_rule_test: [{ alertname, eval_time, exp_alerts }],
  };
}
