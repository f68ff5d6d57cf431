// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetched, freePorts, type Program, startProgram, temporaryFolder } from './program.js';

/** Labels, among them `__name__`, and the value of a series. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus extends Program {
  /** Of its API and pages. */
  readonly url: string;
  /** @param expression in PromQL, whose value is a vector */
  query(expression: string): Promise<Sample[]>;
}

export interface PrometheusOptions {
  /** `host:port` of the processes that it scrapes, once a second. */
  readonly targets: readonly string[];
  /** Files of rules. */
  readonly rules?: readonly string[];
}

export async function startPrometheus({ targets, rules = [] }: PrometheusOptions): Promise<Prometheus> {
  const folder = temporaryFolder('prometheus');
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  // JSON is YAML.
  const configuration = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: rules,
    scrape_configs: [{ job_name: 'application', static_configs: [{ targets }] }],
  };
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, JSON.stringify(configuration));
  const program = await startProgram('prometheus', {
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    folder,
    isReady: () => fetched(`${url}/-/ready`),
  });
  return {
    ...program,
    url,
    async query(expression) {
      const answer = JSON.parse(await fetched(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`));
      const series = answer.data.result as { metric: Sample['labels']; value: [number, string] }[];
      return series.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
  };
}
