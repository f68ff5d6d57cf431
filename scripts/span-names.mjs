// What the tables of spans share: how a row names its spans, as people read it.

/** As the guide writes it: what changes from call to call stands in braces. */
export function spanOf({ span }) {
  if (typeof span !== 'function') return span;
  const message = { headers: { event_type: '{event_type}' } };
  const self = { constructor: { name: 'YourEventStore' } };
  return span({ self, args: [{ eventType: '{event_type}', name: '{handler}', message }] });
}
