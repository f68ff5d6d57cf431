// SPDX-License-Identifier: Apache-2.0
// The records of the tables against those of eventsource-py: none forgotten, none invented, and the page that lists them up to date.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { library } from '../../../../src/libraries/eventsource/index.js';
import type { Row } from '../../../../src/weaving/aspect.js';
import type { LogRecord, Severity } from '../../../../src/weaving/signals.js';
import { applicationWith, root, runNode } from '../../../../testkit/child.js';

interface Reference {
  readonly reasons: Readonly<Record<string, string>>;
  readonly loggers: readonly {
    readonly logger: string;
    readonly counts: Readonly<Partial<Record<Severity, number>>>;
    readonly records: readonly {
      readonly level: Severity;
      readonly what: string;
      readonly ours?: string;
      readonly not?: string;
      readonly by?: string;
      readonly level_here?: Severity;
      readonly because?: string;
    }[];
  }[];
  readonly additions: Readonly<Record<string, string>>;
}

const reference: Reference = JSON.parse(readFileSync(join(root, 'docs/reference-logs.json'), 'utf8'));
const theirs = reference.loggers.flatMap(({ records }) => records);
const written = library.aspects.flatMap(({ methods = {}, subclasses = {} }: Tables) =>
  [methods, subclasses].flatMap((rows) => Object.values(rows).flatMap(({ logs = [] }) => logs)),
) as readonly (Omit<LogRecord, 'body'> & { readonly body: string })[];
const severityOf = new Map(written.map(({ logger, body, severity }) => [`${logger}: ${body}`, severity]));

interface Tables {
  readonly methods?: Readonly<Record<string, Row>> | undefined;
  readonly subclasses?: Readonly<Record<string, Row>> | undefined;
}

function counted(levels: readonly Severity[]): Partial<Record<Severity, number>> {
  const counts: Partial<Record<Severity, number>> = {};
  for (const level of levels) counts[level] = (counts[level] ?? 0) + 1;
  return counts;
}

describe('the log records, against those of eventsource-py,', () => {
  it('are compared with all 520 of its 36 loggers, at the severities that it has', () => {
    assert.deepEqual(counted(theirs.map(({ level }) => level)), {
      debug: 165,
      info: 176,
      warn: 91,
      error: 85,
      fatal: 3,
    });
    assert.equal(reference.loggers.length, 36);
    for (const { logger, counts, records } of reference.loggers) {
      assert.deepEqual(counted(records.map(({ level }) => level)), counts, logger);
    }
  });

  it('are each of them one of ours, or there is a reason why not', () => {
    for (const { what, ours, not, by } of theirs) {
      assert.equal(ours === undefined, not !== undefined, what);
      if (not !== undefined) assert.ok(Object.hasOwn(reference.reasons, not), `${what}: ${not}`);
      for (const key of [ours, by]) if (key !== undefined) assert.ok(severityOf.has(key), key);
    }
    const given = new Set(theirs.flatMap(({ not }) => not ?? []));
    assert.deepEqual(
      Object.keys(reference.reasons).filter((reason) => !given.has(reason)),
      [],
    );
  });

  it('have the severity that they have there, or there is a reason why not', () => {
    for (const { level, ours, level_here: here, because } of theirs) {
      if (ours === undefined) continue;
      assert.equal(severityOf.get(ours), here ?? level, ours);
      assert.equal(here === undefined, because === undefined, ours);
    }
  });

  it('are each named there, or are an addition', () => {
    const named = new Set(theirs.flatMap(({ ours, by }) => [ours ?? [], by ?? []].flat()));
    assert.deepEqual(
      [...severityOf.keys()].filter((key) => !named.has(key)).toSorted(),
      Object.keys(reference.additions).toSorted(),
    );
  });
});

describe('the log records of the tables', () => {
  it('have texts that never change', () => {
    for (const { body } of written) assert.equal(typeof body, 'string');
  });

  it('have one severity for one text of a logger', () => {
    for (const { logger, body, severity } of written)
      assert.equal(severityOf.get(`${logger}: ${body}`), severity, body);
  });

  it('have one severity for the same fact on every event bus', () => {
    const byFact = new Map<string, Set<Severity>>();
    for (const { logger, body, severity } of written) {
      if (logger.startsWith('eventsource.bus')) byFact.set(body, (byFact.get(body) ?? new Set()).add(severity));
    }
    assert.deepEqual(
      [...byFact].filter(([, severities]) => severities.size > 1),
      [],
    );
  });
});

describe('the page of log records', () => {
  const page = join(root, 'docs/logs.md');
  const check = (file: string) => runNode({ args: [join(root, 'scripts/log-table.mjs'), '--check', file] });

  it('is that of the tables', async () => {
    const { stderr, code } = await check(page);
    assert.deepEqual([stderr, code], ['', 0]);
  });

  it('is called stale when a record is missing', async () => {
    const lines = readFileSync(page, 'utf8').split('\n');
    const less = lines.filter((line) => !line.includes('| catch-up begins |'));
    assert.equal(less.length, lines.length - 1);
    const { folder, remove } = applicationWith({ 'logs.md': less.join('\n') });
    try {
      const { stderr, code } = await check(join(folder, 'logs.md'));
      assert.deepEqual([stderr, code], ['logs.md is stale: npm run log-table\n', 1]);
    } finally {
      remove();
    }
  });
});
