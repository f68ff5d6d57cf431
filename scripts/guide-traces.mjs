#!/usr/bin/env node
// Records the example traces of docs/guide.md anew, on the servers: PostgreSQL and RabbitMQ. `npm run guide` puts them into it.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordTrace, traceFiles } from '../dist/testkit/guide-traces.js';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'fixtures/guide');
for (const file of traceFiles) writeFileSync(join(folder, file), await recordTrace(file));
