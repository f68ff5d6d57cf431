// SPDX-License-Identifier: Apache-2.0
// The guide to a table of one's own: its files, commands and what they print, one after the other as they are written.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addFiles, applicationWith, onEachNode, root, runNode } from '../../testkit/child.js';
import { installOurs } from '../../testkit/installed.js';
import { assertPrinted } from './run.js';

const page = readFileSync(join(root, 'docs/own-library.md'), 'utf8');

interface Block {
  readonly mark: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...page.matchAll(/^<!-- (.*) -->\n```\w*\n([\s\S]*?)^```$/gm)].map(
  ([, mark = '', text = '']) => ({ mark, text }),
);

describe('the guide to a table of one’s own', function () {
  this.timeout(120_000);

  it('says of each block of code what it is', () => {
    assert.equal(blocks.length, (page.match(/^```/gm)?.length ?? 0) / 2);
    for (const { mark } of blocks) assert.match(mark, /^(?:file: \S+|run|prints)$/);
  });

  onEachNode('does what it says when it is followed', async (node) => {
    const { folder, remove } = applicationWith({});
    installOurs(folder, '@opentelemetry/api', '@opentelemetry/sdk-trace-node');
    let printed: string | undefined;
    let compared = 0;
    for (const { mark, text } of blocks) {
      if (mark === 'run') {
        assert.equal(printed, undefined, `Nothing is said of what it prints:\n${text}`);
        const env = { PATH: `${dirname(node)}:${process.env.PATH}` };
        const { stdout, stderr, code } = await runNode({ node: 'sh', args: ['-ec', text], cwd: folder, env });
        assert.deepEqual([stderr, code], ['', 0]);
        printed = stdout;
      } else if (mark === 'prints') {
        assertPrinted(printed ?? '', text.trimEnd().split('\n'));
        printed = undefined;
        compared += 1;
      } else addFiles(folder, { [mark.slice('file: '.length)]: text });
    }
    remove();
    assert.deepEqual([printed, compared], [undefined, 3]);
  });
});
