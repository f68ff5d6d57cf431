// SPDX-License-Identifier: Apache-2.0
// Sentry as its documentation has it, with a transport that keeps what it would send: before version 11 a transaction with its spans, from
// then on a list of spans.

const preload = (name: string) => `
  import { writeFileSync } from 'node:fs';
  import * as Sentry from '${name}';

  const spans = [];
  const keep = ([{ type }, sent]) => {
    if (type === 'span') {
      spans.push(...sent.items.map((span) => ({ ...span, description: span.name })));
    } else if (type === 'transaction') {
      spans.push({ ...sent.contexts.trace, description: sent.transaction }, ...sent.spans);
    }
  };
  Sentry.init({
    dsn: 'https://public@127.0.0.1/1',
    tracesSampleRate: 1,
    transport: () => ({
      send: async ([, items]) => {
        items.forEach(keep);
        return {};
      },
      flush: async () => true,
    }),
    ...JSON.parse(process.env.SENTRY_OPTIONS ?? '{}'),
  });
  process.once('beforeExit', async () => {
    await Sentry.flush(2000);
    writeFileSync(process.env.SPANS_FILE, JSON.stringify(spans.map((span) => ({
      name: span.description,
      id: span.span_id,
      parent: span.parent_span_id,
      trace: span.trace_id,
    }))));
  });
`;

export const sentryPreloads = { 'sentry.mjs': preload('@sentry/node') } as const;
export const nestPreloads = { 'sentry.mjs': preload('@sentry/nestjs') } as const;
