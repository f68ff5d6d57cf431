// What the commands that write into the documents share.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const args = process.argv.slice(2);

export function code(text) {
  return `\`${text}\``;
}

/** The documents that the command line names, those of the repository for others. */
export function documentsOr(...own) {
  const named = args.filter((argument) => !argument.startsWith('--'));
  return own.map((document, place) => named[place] ?? document);
}

/** Puts the contents between the markers of their names. Otherwise as {@link renew}. */
export function renewBlocks(document, command, contents) {
  renew(document, command, (text) =>
    Object.entries(contents).reduce((changed, [name, content]) => replaceBlock(changed, name, content), text),
  );
}

/** Writes what `change` makes of the document. With `--check` it writes nothing, and the process fails where that is something else. */
export function renew(document, command, change) {
  const written = readFileSync(document, 'utf8');
  const renewed = change(written);
  if (renewed === written) return;
  if (args.includes('--check')) {
    console.error(`${basename(document)} is stale: npm run ${command}`);
    process.exitCode = 1;
  } else writeFileSync(document, renewed);
}

/** `text` with everything between the markers of that name replaced. Throws where it has no such markers. */
export function replaceBlock(text, name, content) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`there is no block ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}
