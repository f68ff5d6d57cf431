// SPDX-License-Identifier: Apache-2.0
// Instrumentations of others that an application on Nest has, for `--import`.
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core';

registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new NestInstrumentation()] });
