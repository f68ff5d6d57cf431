// SPDX-License-Identifier: Apache-2.0
// Applications made of the programs of this folder, to be run bare and woven.
import { join } from 'node:path';
import { root } from '../../../testkit/child.js';
import { subPaths } from '../../../testkit/whole-library.js';

/** A file of this folder, compiled. */
export function programFile(name: string): string {
  return join(root, `dist/test/process/programs/${name}.js`);
}

/** The ways in which an application can load the target. */
export const forms = ['esm', 'commonjs'] as const;
export type Form = (typeof forms)[number];

/** Files of an application that loads the whole target and prints what the program `<name>.ts` of this folder says. */
export function programFiles(name: string, form: Form): { files: Record<string, string>; main: string } {
  const program = programFile(name);
  const library = `{ ...eventsource, ${subPaths.join(', ')} }`;
  if (form === 'esm') {
    const imports = subPaths.map((path) => `import * as ${path} from 'eventsource/${path}';`);
    return {
      main: 'main.mjs',
      files: {
        'main.mjs': `
          import * as eventsource from 'eventsource';
          ${imports.join('\n')}
          import { program } from ${JSON.stringify(program)};
          console.log(JSON.stringify(await program(${library})));
        `,
      },
    };
  }
  const requires = subPaths.map((path) => `const ${path} = require('eventsource/${path}');`);
  return {
    main: 'main.cjs',
    files: {
      'main.cjs': `
        const eventsource = require('eventsource');
        ${requires.join('\n')}
        const { program } = require(${JSON.stringify(program)});
        (async () => console.log(JSON.stringify(await program(${library}))))();
      `,
    },
  };
}
