// What the commands that write into the README share.

export function code(text) {
  return `\`${text}\``;
}

/** `text` with everything between the markers of that name replaced. Throws where it has no such markers. */
export function replaceBlock(text, name, content) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`There is no block ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}
