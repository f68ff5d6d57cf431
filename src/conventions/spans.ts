// SPDX-License-Identifier: Apache-2.0
// Names of the spans that several libraries give: an operation is called the same whatever library it happens in. Those of stores begin
// with what the events are kept in.

export const SPAN_COMMAND = 'eventsource.command.handle';
export const SPAN_QUERY = 'eventsource.query.handle';
export const SPAN_LOAD = 'eventsource.repository.load';
export const SPAN_SAVE = 'eventsource.repository.save';
export const SPAN_SNAPSHOT = 'eventsource.snapshot.save';
export const SPAN_PUBLISH = 'eventsource.event_bus.publish';
export const SPAN_HANDLER = 'eventsource.event_bus.handle';
export const SPAN_PROJECTION = 'eventsource.projection.handle';
