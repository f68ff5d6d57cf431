// What the tables of a library measure: one entry for each instrument of a row, with its attributes, and when it is recorded.
import { calledRows } from './libraries.mjs';

/** Something of everything that a gauge reads, to see which attributes it gives. */
const observed = {
  name: 'feed',
  state: 'live',
  lag: 0,
  config: { consumerGroup: 'group' },
  isConnected: true,
  getPartitionOffsets: () => [{ topic: 'topic', partition: 0, lag: 0 }],
};
const WHEN = { success: 'when it ends well', failure: 'when it fails' };

export function recordingsOf(aspects) {
  return calledRows(aspects).flatMap(({ row, call }) => recordingsOfRow(row, call));
}

function recordingsOfRow({ metrics = [], life }, call) {
  return [
    ...metrics.map(({ instrument, attributes = {}, on }) => ({
      instrument,
      attributes: Object.keys(attributes),
      call,
      when: [call, WHEN[on]].filter(Boolean).join(' '),
    })),
    ...gaugesOf(life).map(({ instrument, attributes, observe }) => ({
      instrument,
      attributes: attributes ?? Object.keys(observe(observed)[0].attributes),
      call,
      when: `at each collection, ${life.during === undefined ? 'from' : 'during'} ${call}${life.during === undefined ? ' on' : ''}`,
    })),
  ];
}

/** Where objects begin to be observed; other calls only tell something of them. */
function gaugesOf(life) {
  return (life?.begins ?? life?.uses ?? life?.during) === undefined ? [] : life.gauges;
}
