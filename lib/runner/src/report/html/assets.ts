import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';

import { ModuleKind, transpileModule } from 'typescript';

/** Scripts that draw charts in the page, in the order in which they must run. */
const LIBRARIES = {
  plotly: [['plotly.js-dist', 'plotly.js']],
  vega: [
    ['vega', 'build/vega.min.js'],
    ['vega-lite', 'build/vega-lite.min.js'],
    ['vega-embed', 'build/vega-embed.min.js'],
    ['vega-interpreter', 'build/vega-interpreter.js'],
  ],
} as const;

export type Library = keyof typeof LIBRARIES;

const packed = new Map<Library, string>();

/** A library's scripts as elements of a page, compressed: Plotly's 10 MB become 3. The viewer script unpacks them. */
export function libraryElements(library: Library): string {
  let elements = packed.get(library);
  if (elements === undefined) {
    elements = LIBRARIES[library]
      .map(([name, file]) => gzipSync(scriptOf(name, file)).toString('base64'))
      .map((data) => `<script type="text/plain" data-library="${library}">${data}</script>\n`)
      .join('');
    packed.set(library, elements);
  }
  return elements;
}

/** A library as a script for browsers. The interpreter, alone of all, comes as a module. */
function scriptOf(name: string, file: string): Buffer | string {
  const source = readFileSync(path.join(packageFolder(name), file));
  if (name !== 'vega-interpreter') return source;
  const { outputText } = transpileModule(source.toString(), { compilerOptions: { module: ModuleKind.CommonJS } });
  return `self.vegaInterpreter = {};\n((exports, require) => {${outputText}\n})(self.vegaInterpreter, () => vega);`;
}

/** Where a dependency is installed; its `exports` map may hide its own files from `require.resolve`. */
function packageFolder(name: string): string {
  const folder = (require.resolve.paths(name) ?? [])
    .map((base) => path.join(base, name))
    .find((candidate) => existsSync(candidate));
  if (folder === undefined)
    throw new Error(`The package ${name}, which draws charts in the page, is not installed. Run "npm run setup".`);
  return folder;
}
