// SPDX-License-Identifier: Apache-2.0
// What is measured: one asynchronous method whose own work is next to nothing, so that what remains is the instrumentation.
import { metrics, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { DomainEvent } from 'eventsource';
import { library } from '../src/libraries/eventsource/index.js';
import { type Aspect, type Call, type Recipe, rows } from '../src/weaving/aspect.js';

export interface Subject {
  append(id: string, type: string, events: readonly DomainEvent[], expectedVersion: number): Promise<number>;
}

const SYSTEM = 'eventsourcing.system';
const OPERATION = 'eventsourcing.operation.name';
const TYPE = 'eventsourcing.aggregate.type';
const STREAM = 'eventsourcing.stream.id';
const COUNT = 'eventsourcing.event.count';
const EXPECTED = 'eventsourcing.expected_version';

class Repository implements Subject {
  version = 0;
  async append(_id: string, _type: string, events: readonly DomainEvent[], _expectedVersion: number) {
    this.version += events.length;
    return this.version;
  }
}

/** The operation of the study: six attributes, four texts and two numbers. */
export const sixAttributes = {
  target: Repository,
  aspect: {
    target: 'Repository',
    family: 'bench',
    methods: rows<Repository>({
      append: {
        span: 'append order',
        kind: SpanKind.CLIENT,
        sampling: { [SYSTEM]: 'memory', [OPERATION]: 'append' },
        attributes: {
          [TYPE]: ({ args }) => args[1],
          [STREAM]: ({ args }) => args[0],
          [COUNT]: ({ args }) => args[2].length,
          [EXPECTED]: ({ args }) => args[3],
        },
      },
    }),
  },
  byHand: (tracer: Tracer, bare: Subject): Subject => ({
    async append(id, type, events, expectedVersion) {
      return tracer.startActiveSpan(
        'append order',
        {
          kind: SpanKind.CLIENT,
          attributes: {
            [SYSTEM]: 'memory',
            [OPERATION]: 'append',
            [TYPE]: type,
            [STREAM]: id,
            [COUNT]: events.length,
            [EXPECTED]: expectedVersion,
          },
        },
        async (span) => {
          try {
            return await bare.append(id, type, events, expectedVersion);
          } catch (error) {
            span.recordException(error as Error);
            span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
            throw error;
          } finally {
            span.end();
          }
        },
      );
    },
  }),
} as const;

class SQLiteEventStore {
  readonly database = '/var/lib/shop.db';
  version = 0;
  async appendEvents(_id: string, _type: string, events: readonly DomainEvent[], _expectedVersion: number) {
    this.version += events.length;
    return this.version;
  }
  async initialize() {}
  async connect() {}
  async close() {}
  async getEvents() {}
  async *readStream() {}
  async *readAll() {}
  append(id: string, type: string, events: readonly DomainEvent[], expectedVersion: number) {
    return this.appendEvents(id, type, events, expectedVersion);
  }
}

/** A row of the real tables: `SQLiteEventStore.appendEvents`, eight attributes. */
export const tableRow = {
  target: SQLiteEventStore,
  aspect: library.aspects.find(({ target }) => target === 'SQLiteEventStore') as Aspect,
  byHand: (tracer: Tracer, bare: Subject): Subject => ({
    async append(id, type, events, expectedVersion) {
      return tracer.startActiveSpan(
        'sqlite_event_store.append_events',
        {
          attributes: {
            'db.system': 'sqlite',
            'db.name': '/var/lib/shop.db',
            'db.operation': 'INSERT',
            'eventsource.aggregate.id': id,
            'eventsource.aggregate.type': type,
            'eventsource.event.count': events.length,
            'eventsource.event.type': events.map((event) => event.eventType).join(','),
            'eventsource.expected_version': expectedVersion,
          },
        },
        async (span) => {
          try {
            return await bare.append(id, type, events, expectedVersion);
          } catch (error) {
            span.recordException(error as Error);
            span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
            throw error;
          } finally {
            span.end();
          }
        },
      );
    },
  }),
} as const;

class Ledger extends Repository {
  override async append(_id: string, _type: string, events: readonly DomainEvent[], _expectedVersion: number) {
    this.version += events.length;
    return this.version;
  }
}

const EVENT = 'eventsourcing.event.type';
const appends = { kind: 'counter', name: 'bench.appends', unit: '{append}' } as const;
const appendTime = { kind: 'histogram', name: 'bench.append.duration', unit: 'ms' } as const;
const identity: Recipe<Call<Ledger, Parameters<Ledger['append']>>> = {
  [TYPE]: ({ args }) => args[1],
  [EVENT]: ({ args }) => args[2][0]?.eventType,
};

/** No span: a counter and a histogram, with two attributes each. */
export const countedAndTimed = {
  target: Ledger,
  aspect: {
    target: 'Ledger',
    family: 'bench',
    methods: rows<Ledger>({
      append: {
        metrics: [
          { instrument: appends, attributes: identity },
          { instrument: appendTime, attributes: identity },
        ],
      },
    }),
  },
  byHand: (_tracer: Tracer, bare: Subject): Subject => {
    const meter = metrics.getMeter('bench', '1');
    const counter = meter.createCounter(appends.name, { unit: appends.unit });
    const histogram = meter.createHistogram(appendTime.name, { unit: appendTime.unit });
    return {
      async append(id, type, events, expectedVersion) {
        const startedAt = performance.now();
        try {
          return await bare.append(id, type, events, expectedVersion);
        } finally {
          const attributes = { [TYPE]: type, [EVENT]: events[0]?.eventType };
          counter.add(1, attributes);
          histogram.record(performance.now() - startedAt, attributes);
        }
      },
    };
  },
} as const;

export const subjects = {
  'six attributes': sixAttributes,
  'table row': tableRow,
  'counter and histogram': countedAndTimed,
} as const;
export type SubjectName = keyof typeof subjects;
