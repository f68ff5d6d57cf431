// Draws span trees as text: durations, the attributes that tell the story, errors marked, equal trees once.
import { styleText } from 'node:util';
import { shapeOf } from '../dist/testkit/span-trees.js';

const SHOWN = [
  'service.name',
  'http.request.method',
  'url.path',
  'http.response.status_code',
  'eventsource.command.type',
  'eventsource.query.type',
  'eventsource.subscription.name',
  'eventsource.subscription.state',
  'eventsource.projection.name',
  'eventsource.event.type',
  'eventsource.event.count',
  'eventsource.handler.name',
  'eventsource.expected_version',
  'eventsource.from_version',
  'eventsource.version',
  'new_version',
  'snapshot.used',
  'snapshot.version',
  'events.replayed',
  'eventsource.from_position',
  'eventsource.to_position',
  'eventsource.position',
  'eventsource.events.processed',
  'eventsource.buffer.size',
  'eventsource.conflict',
  'eventsource.conflict.count',
  'eventsource.retry.count',
];
/** Spans that differ in these are not alike, whatever their shape. */
const DISTINCT = ['eventsource.command.type', 'eventsource.query.type', 'eventsource.handler.name'];
const LONGEST_MESSAGE = 80;

/**
 * @param trees what `treesOf` made of the spans
 * @param colored whether the text may hold terminal colours
 * @returns the lines of the drawing
 */
export function drawTrees(trees, { colored = false } = {}) {
  const paint = colored ? styleText : (_format, text) => text;
  const names = new Map(flatten(trees).map(({ spanId, name }) => [spanId, name]));
  return grouped(trees).flatMap(({ tree, alike }) => [...draw(tree), ...(alike > 0 ? [more(alike)] : [])]);

  function draw({ span, children }, { first = '', rest = '', known = {} } = {}) {
    const below = { ...known, ...span.attributes };
    const lines = grouped(children).flatMap(({ tree, alike }, index, { length }) => {
      const isLast = index === length - 1;
      const [branch, stem] = isLast && alike === 0 ? ['└─ ', '   '] : ['├─ ', '│  '];
      const drawn = draw(tree, { first: rest + branch, rest: rest + stem, known: below });
      return alike === 0 ? drawn : [...drawn, `${rest}${isLast ? '└─ ' : '├─ '}${more(alike)}`];
    });
    return [first + describe(span, known, children), ...lines];
  }

  /** One span, with what is not known from the spans above it. */
  function describe(span, known, children) {
    const { name, kind, status, durationMillis, attributes, links } = span;
    const news = SHOWN.filter((key) => attributes[key] !== undefined && attributes[key] !== known[key]);
    return [
      paint(status === 'ERROR' ? ['bold', 'red'] : 'bold', name),
      ...(kind === 'INTERNAL' ? [] : [kind]),
      paint('cyan', `${durationMillis.toFixed(1)} ms`),
      ...news.map((key) => `${key.replace(/^eventsource\./, '')}=${short(attributes[key])}`),
      ...links.map(({ spanId }) => `⇠ linked to ${names.get(spanId) ?? spanId}`),
      ...(status === 'ERROR' ? [paint('red', `✗ ${errorOf(span, children)}`)] : []),
    ].join('  ');
  }

  function more(alike) {
    return paint('dim', `… and ${alike} more like this`);
  }
}

/** Trees of one shape become one, with the number of the others. */
function grouped(trees) {
  const groups = new Map();
  for (const tree of trees) {
    const shape = `${shapeOf(tree)} ${DISTINCT.map((key) => tree.span.attributes[key])}`;
    const group = groups.get(shape);
    if (group) group.alike += 1;
    else groups.set(shape, { tree, alike: 0 });
  }
  return [...groups.values()];
}

/** The message stands where the error comes from, not on every span that it passes. */
function errorOf({ events, attributes }, children) {
  const exception = events.find(({ name }) => name === 'exception')?.attributes ?? {};
  const type = exception['exception.type'] ?? attributes['error.type'] ?? 'error';
  const message = exception['exception.message'];
  if (!message || children.some(({ span }) => span.status === 'ERROR')) return type;
  const text = short(message);
  return `${type}: ${text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text}`;
}

/** The first digits of a UUID will do. */
function short(value) {
  return String(value).replace(/(?<=\b[\da-f]{8})-[\da-f-]{27}/g, '…');
}

function flatten(trees) {
  return trees.flatMap(({ span, children }) => [span, ...flatten(children)]);
}
