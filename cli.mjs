#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// `npx opentelemetry-instrumentation-eventsource`. The program is compiled; npm wants the file of a command at install time.
import './dist/src/cli/main.js';
