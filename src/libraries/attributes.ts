// SPDX-License-Identifier: Apache-2.0
// Attributes beyond those of eventsource's guide, the same in all libraries.

export const ATTR_COMMAND_TYPE = 'eventsource.command.type';
export const ATTR_QUERY_TYPE = 'eventsource.query.type';
export const ATTR_CONFLICT = 'eventsource.conflict';
export const ATTR_CONFLICT_COUNT = 'eventsource.conflict.count';
export const ATTR_PROCESSOR_RESULT = 'eventsource.processor.result';
