// What dashboards and alerts are written with: the instruments of the tables, under the names that they have in Prometheus. An
// instrument or attribute that no table has is an error here, not an empty panel at a user's.

/** How an instrument is called in Prometheus depends on the way to it. */
export const spellings = {
  /** Scraped from the exporter of the JavaScript SDK, which leaves units out. */
  scraped: ({ name, kind }) => withTotal(underscored(name), kind),
  /** Sent by OTLP, to Prometheus or through a Collector: the unit is part of the name. */
  otlp({ name, kind, unit = '' }) {
    const suffixes = unit.startsWith('{') ? unitOf(unit.replace(/\{[^}]*\}/g, '')) : unitOf(unit, kind);
    const words = underscored(name).split('_');
    const missing = suffixes.filter((suffix) => !words.includes(suffix));
    return withTotal([...words, ...missing].join('_'), kind);
  },
};

const UNITS = { s: 'seconds', ms: 'milliseconds' };
const PER = { s: 'second' };

function unitOf(unit, kind) {
  if (unit === '1') return kind === 'gauge' ? ['ratio'] : [];
  const [main = '', per] = unit.split('/');
  return [UNITS[main] ?? main, ...(per === undefined ? [] : ['per', PER[per] ?? per])].filter((word) => word !== '');
}

function withTotal(name, kind) {
  return kind === 'counter' && !name.endsWith('_total') ? `${name}_total` : name;
}

export function underscored(name) {
  return name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/_{2,}/g, '_');
}

/** All instruments of a library, by name, with the attributes that any row gives them. */
export function instrumentsOf(recordings) {
  const known = new Map();
  for (const { instrument, attributes } of recordings) {
    const { attributes: others = [] } = known.get(instrument.name) ?? {};
    known.set(instrument.name, { instrument, attributes: [...new Set([...others, ...attributes])] });
  }
  return known;
}

/**
 * The vocabulary of queries, in one spelling.
 *
 * @param known what `instrumentsOf` gives
 * @param spelling one of `spellings`
 * @param window the range of a rate, as `5m`
 */
export function queriesIn(known, spelling, window) {
  const used = new Set();
  return { used, rate, share, quantile, mean, value, increase, label };

  function find(name) {
    const found = known.get(name);
    if (found === undefined) throw new Error(`no table has an instrument ${name}`);
    used.add(name);
    return found;
  }

  function label(name, attribute) {
    const { attributes } = find(name);
    if (!attributes.includes(attribute)) throw new Error(`${name} has no attribute ${attribute}`);
    return underscored(attribute);
  }

  function by(name, attributes) {
    return attributes.length === 0 ? '' : ` by (${attributes.map((attribute) => label(name, attribute)).join(', ')})`;
  }

  function selected(name, suffix, where) {
    const matchers = Object.entries(where).map(([attribute, matcher]) => `${label(name, attribute)}${matcher}`);
    return `${spelling(find(name).instrument)}${suffix}${matchers.length === 0 ? '' : `{${matchers.join(', ')}}`}`;
  }

  /** How often a second: of a counter, or of the calls that a histogram has seen. */
  function rate(name, { by: attributes = [], where = {} } = {}) {
    const suffix = find(name).instrument.kind === 'histogram' ? '_count' : '';
    return `sum${by(name, attributes)} (rate(${selected(name, suffix, where)}[${window}]))`;
  }

  function increase(name, { by: attributes = [], where = {}, over = window } = {}) {
    return `sum${by(name, attributes)} (increase(${selected(name, '', where)}[${over}]))`;
  }

  /** A part of the whole, between 0 and 1; nothing where there is no whole. */
  function share(part, whole, options = {}) {
    return `${rate(part, options)} / (${rate(whole, { by: options.by ?? [] })} > 0)`;
  }

  function quantile(q, name, { by: attributes = [], where = {} } = {}) {
    const labels = ['le', ...attributes.map((attribute) => label(name, attribute))].join(', ');
    return `histogram_quantile(${q}, sum by (${labels}) (rate(${selected(name, '_bucket', where)}[${window}])))`;
  }

  function mean(name, { by: attributes = [], where = {} } = {}) {
    const sum = (suffix) => `sum${by(name, attributes)} (rate(${selected(name, suffix, where)}[${window}]))`;
    return `${sum('_sum')} / (${sum('_count')} > 0)`;
  }

  /** The last value of a gauge; of several processes, the worst. */
  function value(name, { by: attributes = [], where = {}, of = 'max' } = {}) {
    return `${of}${by(name, attributes)} (${selected(name, '', where)})`;
  }
}
