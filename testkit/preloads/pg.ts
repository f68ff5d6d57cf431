// SPDX-License-Identifier: Apache-2.0
// The instrumentation of PostgreSQL's driver, for `--import`.
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';

registerInstrumentations({ instrumentations: [new PgInstrumentation()] });
