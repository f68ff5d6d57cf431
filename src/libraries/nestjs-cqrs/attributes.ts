// SPDX-License-Identifier: Apache-2.0
// Attributes beyond those of eventsource's guide.

export const ATTR_COMMAND_TYPE = 'eventsource.command.type';
export const ATTR_QUERY_TYPE = 'eventsource.query.type';
